using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LLamaSharp.Tests.Conformance;

[TestFixture("all-MiniLM-L6-v2.F16.gguf")]
[TestFixture("tiny")]
public sealed class LLamaSharpEmbeddingTests(string model) : EmbeddingConformance
{
    protected override Task<ILanguageModel> LoadAsync() =>
        new LLamaSharpRuntime().LoadAsync(model is "tiny" ? TinyModel.Path : TestModels.Require(model));
}
