using Lamina.Runtime;

namespace Lamina.LLamaSharp.Tests.Conformance;

public sealed class LLamaSharpLoadTests : LoadConformance
{
    protected override IModelRuntime CreateRuntime() => new LLamaSharpRuntime();
}
