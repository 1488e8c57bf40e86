using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Conformance;

[TestFixtureSource(typeof(HashModel), nameof(HashModel.Everywhere))]
public sealed class FakeSequenceTests(KvLayout layout, MemoryKind memory) : SequenceConformance(layout)
{
    protected override Task<ILanguageModel> LoadAsync() => FakeConformance.LoadAsync(memory);
}
