using Lamina.Runtime;

namespace Lamina.Tests.Conformance;

public sealed class FakeTokenizerTests : TokenizerConformance
{
    protected override Task<ILanguageModel> LoadAsync() => FakeConformance.LoadAsync();
}
