using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Conformance;

[TestFixture(KvLayout.PerSequence, "tiny")]
[TestFixture(KvLayout.Shared, "tiny")]
[TestFixture(KvLayout.PerSequence, "random-gemma3-swa64.gguf")]
[TestFixture(KvLayout.Shared, "random-gemma3-swa64.gguf")]
[TestFixture(KvLayout.PerSequence, "random-mamba.gguf")]
[TestFixture(KvLayout.PerSequence, "random-lfm2-hybrid.gguf")]
[TestFixture(KvLayout.Shared, "random-lfm2-hybrid.gguf")]
public sealed class LlamaCppSequenceTests(KvLayout layout, string model) : SequenceConformance(layout)
{
    protected override double Tolerance => 0.1;

    protected override Task<ILanguageModel> LoadAsync() =>
        new LlamaCppRuntime().LoadAsync(model is "tiny" ? TinyModel.Path : TestModels.Require(model));
}
