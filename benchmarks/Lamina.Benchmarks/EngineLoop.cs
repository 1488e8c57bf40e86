using Lamina.Tokens;

namespace Lamina.Benchmarks;

/// <summary>The same work through the engine, as an application does it.</summary>
internal sealed class EngineLoop(IInferenceEngine engine) : IDisposable
{
    public IInferenceEngine Engine => engine;

    public static async Task<EngineLoop> OpenAsync(string path, int contextSize, int threads) => new(
        await LlamaCpp.LlamaCpp.LoadAsync(
            path,

            // The same prompts again and again: with the prefix cache there would be nothing to compute.
            new() { ContextSize = contextSize, MaxSequences = 1, Threads = threads, PrefixCache = false }));

    /// <summary>Generates greedily.</summary>
    /// <returns>The number of tokens that came.</returns>
    public async Task<Usage> GenerateAsync(int[] prompt, int count)
    {
        var options = new GenerationOptions { MaxTokens = count, Sampling = new() { Temperature = 0 } };
        var usage = default(Usage);
        await foreach (var token in engine.GenerateAsync(Prompt.FromTokens(prompt), options))
        {
            usage = token.Usage;
        }

        return usage ?? throw new InvalidOperationException("The stream ended without its usage.");
    }

    public void Dispose() => engine.Dispose();
}
