using System.Globalization;

namespace Lamina.Benchmarks.Peers;

/// <summary>llama.cpp's own benchmark: one stream, and prompts of random tokens.</summary>
internal sealed class LlamaBenchPeer(string path) : IPeer
{
    public string Name => PeerPaths.LlamaBench.Name;

    public bool Takes(PeerTask task) => task is { Streams: 1, Kind: PeerTaskKind.Decode or PeerTaskKind.Prefill };

    public Task<IPeerSession> OpenAsync(PeerSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult<IPeerSession>(new Session(path, settings));

    private sealed class Session(string path, PeerSettings settings) : IPeerSession
    {
        public async Task<double> MeasureAsync(PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken)
        {
            // A turn is a process: it warms up by itself, and its load does not count.
            var (prompt, depth, generated) = task.Kind == PeerTaskKind.Decode
                ? (0, task.PromptTokens, task.GeneratedTokens)
                : (task.PromptTokens, 0, 0);
            await using var process = PeerProcess.Start(
                path,
                "--model", settings.Model,
                "--threads", Text(settings.Threads),
                "--n-gpu-layers", "0",
                "--repetitions", "1",
                "--output", "json",
                "--n-prompt", Text(prompt),
                "--n-gen", Text(generated),
                "--n-depth", Text(depth));
            return LlamaBenchOutput.ReadSpeed(await process.ReadToEndAsync(cancellationToken));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
