using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Conformance;

public sealed class LlamaCppLoadTests : LoadConformance
{
    protected override IModelRuntime CreateRuntime() => new LlamaCppRuntime();
}
