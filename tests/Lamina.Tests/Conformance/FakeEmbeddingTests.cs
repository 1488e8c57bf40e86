using Lamina.Runtime;

namespace Lamina.Tests.Conformance;

public sealed class FakeEmbeddingTests : EmbeddingConformance
{
    protected override Task<ILanguageModel> LoadAsync() => FakeConformance.LoadAsync();
}
