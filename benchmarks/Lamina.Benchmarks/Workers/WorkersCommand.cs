using System.Globalization;
using Lamina.Benchmarks.Batching;
using Lamina.Tokens;
using Lamina.Workers;

namespace Lamina.Benchmarks.Workers;

/// <summary>
/// One engine with all threads against a pool of workers that divide them, as engines of this process and as processes: the
/// same streams, and the tokens that come of all of them in a second, prompts included in the time.
/// </summary>
internal static class WorkersCommand
{
    private const int PromptTokens = 64;
    private const int GeneratedTokens = 64;

    private static readonly int[] Streams = [1, 2, 8, 32];

    private static readonly GenerationOptions Generation = new()
    {
        MaxTokens = GeneratedTokens, MinTokens = GeneratedTokens, Sampling = new() { Temperature = 0 },
    };

    /// <summary>Measures.</summary>
    /// <param name="model">The GGUF file.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="threads">Threads of each side in all.</param>
    /// <param name="workers">Workers that divide them.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, int threads, int workers, CancellationToken cancellationToken)
    {
        var report = new Report();
        try
        {
            foreach (var streams in Streams)
            {
                var whole = OptionsOf(threads, streams);
                var part = OptionsOf(Math.Max(1, threads / workers), (streams + workers - 1) / workers);
                await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(model, whole, cancellationToken: cancellationToken);
                foreach (var isProcess in new[] { false, true })
                {
                    await using var pool = await EnginePool.StartAsync(
                        [
                            .. Enumerable.Repeat<Func<CancellationToken, Task<IInferenceEngine>>>(
                                async cancellation => isProcess
                                    ? await WorkerEngine.StartAsync(model, part, cancellationToken: cancellation)
                                    : await LlamaCpp.LlamaCpp.LoadAsync(model, part, cancellationToken: cancellation),
                                workers),
                        ],
                        cancellationToken: cancellationToken);
                    var what = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{workers} {(isProcess ? "processes" : "engines of one process")}, {part.Threads} threads each, streams: {streams}");
                    var found = await Turns.CompareAsync(
                        rounds,
                        warmUps: 1,
                        () => SpeedAsync(engine, streams, cancellationToken),
                        () => SpeedAsync(pool, streams, cancellationToken),
                        report.Rounds(what),
                        cancellationToken);
                    report.Add(
                        what, "tokens/s", string.Create(CultureInfo.InvariantCulture, $"one engine, {threads} threads"), found);
                }
            }
        }
        finally
        {
            report.Write();
        }

        return 0;
    }

    private static EngineOptions OptionsOf(int threads, int streams) => new()
    {
        Threads = threads, MaxSequences = streams, ContextSize = 256, PrefixCache = false,
    };

    private static async Task<double> SpeedAsync(IInferenceEngine engine, int streams, CancellationToken cancellationToken)
    {
        var seconds = await Turns.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, streams).Select(RunAsync)));
        return streams * GeneratedTokens / seconds;

        async Task RunAsync(int stream)
        {
            var prompt = Prompt.FromTokens(BenchmarkModel.NumberedPrompt(engine.Tokenizer, stream, PromptTokens));
            await foreach (var token in engine.GenerateAsync(prompt, Generation, cancellationToken))
            {
                _ = token.Id;
            }
        }
    }
}
