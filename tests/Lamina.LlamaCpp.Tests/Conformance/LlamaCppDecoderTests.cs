using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Conformance;

[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
public sealed class LlamaCppDecoderTests(KvLayout layout) : DecoderConformance(layout)
{
    protected override double Tolerance => 0.1;

    protected override Task<ILanguageModel> LoadAsync() => new LlamaCppRuntime().LoadAsync(TinyModel.Path);
}
