using System.Diagnostics;
using Lamina.Benchmarks.Batching;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Peers;

/// <summary>Lamina, as an application uses it.</summary>
internal sealed class LaminaPeer : IPeer
{
    public const string Title = "Lamina";

    public string Name => Title;

    public async Task<IPeerSession> OpenAsync(PeerSettings settings, CancellationToken cancellationToken) => new Session(
        await LlamaCpp.LlamaCpp.LoadAsync(settings.Model, OptionsOf(settings), cancellationToken: cancellationToken));

    /// <summary>Every prompt is read anew, as by the others.</summary>
    public static EngineOptions OptionsOf(PeerSettings settings) => new()
    {
        MaxSequences = settings.Streams,
        ContextSize = settings.ContextSize,
        Threads = settings.Threads,
        PrefixCache = false,
    };

    private sealed class Session(IInferenceEngine engine) : IPeerSession
    {
        public async Task<double> MeasureAsync(PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken)
        {
            var options = Bench.Greedy(task.GeneratedTokens) with { MinTokens = task.GeneratedTokens };
            var started = Stopwatch.GetTimestamp();
            var timeline = await Timeline.ReadAsync(
                prompts.Select(prompt => engine.GenerateAsync(Prompt.FromTokens(prompt.Tokens), options, cancellationToken)));
            return task.FigureOf(timeline, started);
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
