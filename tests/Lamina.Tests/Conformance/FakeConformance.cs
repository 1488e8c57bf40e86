using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Conformance;

/// <summary>The fake runtime is held to what native ones are, or what is tested on it would prove little.</summary>
internal static class FakeConformance
{
    /// <summary>A model of some kind. Breaches are what these tests make, and are not counted.</summary>
    public static Task<ILanguageModel> LoadAsync(MemoryKind memory = MemoryKind.Attention) =>
        HashModel.Create(memory).LoadAsync("fake");
}
