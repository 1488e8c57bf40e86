using Lamina.Runtime;

namespace Lamina.LLamaSharp.Tests.Conformance;

[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
public sealed class LLamaSharpDecoderTests(KvLayout layout) : DecoderConformance(layout)
{
    protected override double Tolerance => 0.1;

    protected override Task<ILanguageModel> LoadAsync() => new LLamaSharpRuntime().LoadAsync(TinyModel.Path);
}
