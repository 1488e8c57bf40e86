using Lamina.Runtime;

namespace Lamina.Tests.Conformance;

[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
public sealed class FakeDecoderTests(KvLayout layout) : DecoderConformance(layout)
{
    protected override Task<ILanguageModel> LoadAsync() => FakeConformance.LoadAsync();
}
