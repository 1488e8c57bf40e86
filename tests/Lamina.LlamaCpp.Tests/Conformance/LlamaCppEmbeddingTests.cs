using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Conformance;

[TestFixture("all-MiniLM-L6-v2.F16.gguf")]
[TestFixture("tiny")]
public sealed class LlamaCppEmbeddingTests(string model) : EmbeddingConformance
{
    protected override Task<ILanguageModel> LoadAsync() =>
        new LlamaCppRuntime().LoadAsync(model is "tiny" ? TinyModel.Path : TestModels.Require(model));
}
