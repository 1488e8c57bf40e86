using System.Text.Json;

namespace Lamina.Benchmarks.Peers;

/// <summary>LLamaSharp, in a program of its own, since its native libraries and ours cannot be in one process.</summary>
internal sealed class LLamaSharpPeer(string path) : IPeer
{
    public string Name => PeerPaths.LLamaSharp.Name;

    public async Task<IPeerSession> OpenAsync(PeerSettings settings, CancellationToken cancellationToken)
    {
        var session = new Session(PeerProcess.Start(path));
        try
        {
            await session.AskAsync(
                new LLamaSharpOpen(settings.Model, settings.Threads, settings.Streams, settings.ContextSize), cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private sealed class Session(PeerProcess process) : IPeerSession
    {
        public async Task<double> MeasureAsync(PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken)
        {
            var answer = await AskAsync(
                new LLamaSharpRequest(
                    [.. prompts.Select(prompt => prompt.Tokens)], [.. prompts.Select(prompt => prompt.Text)], task.GeneratedTokens),
                cancellationToken);
            return task.FigureOf(new(answer.Times), started: 0);
        }

        public async Task<LLamaSharpAnswer> AskAsync<T>(T message, CancellationToken cancellationToken)
        {
            try
            {
                await process.Input.WriteLineAsync(JsonSerializer.Serialize(message).AsMemory(), cancellationToken);
                await process.Input.FlushAsync(cancellationToken);
                var line = await process.Output.ReadLineAsync(cancellationToken) ?? throw process.Failure("it ended");
                var answer = JsonSerializer.Deserialize<LLamaSharpAnswer>(line)!;
                return answer.Error is null ? answer : throw process.Failure(answer.Error);
            }
            catch (Exception e) when (e is IOException or JsonException)
            {
                throw process.Failure(e.Message);
            }
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
