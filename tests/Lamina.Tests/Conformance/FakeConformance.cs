using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Conformance;

/// <summary>The fake runtime is held to what native ones are, or what is tested on it would prove little.</summary>
internal static class FakeConformance
{
    /// <summary>A model of some kind, which is slow at long batches. Breaches are what these tests make, and are not counted.</summary>
    public static Task<ILanguageModel> LoadAsync(MemoryKind memory = MemoryKind.Attention)
    {
        var runtime = HashModel.Create(memory);
        runtime.OnDecode = batch =>
        {
            if (batch.Tokens.Count > 512)
            {
                batch.Decoder.AwaitAbort();
            }

            return null;
        };
        return runtime.LoadAsync("fake");
    }
}
