using Lamina.Runtime;

namespace Lamina.Benchmarks.Peers;

/// <summary>The bare loop over the same libraries: what an engine on them can reach.</summary>
internal sealed class BareLoopPeer(ILanguageModel model) : IPeer
{
    public const string Title = "bare loop";

    public string Name => Title;

    public Task<IPeerSession> OpenAsync(PeerSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult<IPeerSession>(new Session(new(model, LaminaPeer.OptionsOf(settings))));

    private sealed class Session(BareLoop loop) : IPeerSession
    {
        public Task<double> MeasureAsync(PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken)
        {
            int[][] tokens = [.. prompts.Select(prompt => prompt.Tokens)];
            int[] first = [];
            var untilFirst = Turns.Seconds(() => first = loop.Prefill(tokens));
            return Task.FromResult(task.FigureOf(task.Kind == PeerTaskKind.Decode
                ? Turns.Seconds(() => loop.Continue(first, task.GeneratedTokens - 1))
                : untilFirst));
        }

        public ValueTask DisposeAsync()
        {
            loop.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
