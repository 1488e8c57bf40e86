using System.Globalization;
using Lamina.LlamaCpp;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Peers;

/// <summary>Lets peers do tasks, turn by turn, so that whatever else the machine does falls on all.</summary>
internal sealed class PeerRun(PeerArguments arguments, Action<string> say)
{
    private readonly PeerResults _results = new(
        LaminaPeer.Title, BareLoopPeer.Title, PeerPaths.LlamaBench.Name, PeerPaths.LlamaServer.Name, PeerPaths.LLamaSharp.Name);

    /// <summary>Measures.</summary>
    /// <param name="tasks">What all are asked for.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public async Task<PeerResults> MeasureAsync(IReadOnlyList<PeerTask> tasks, CancellationToken cancellationToken)
    {
        using var loaded = await new LlamaCppRuntime().LoadAsync(arguments.Model, cancellationToken: cancellationToken);
        var peers = arguments.FindPeers(loaded, _results);
        foreach (var alike in tasks.GroupBy(task => task.Streams))
        {
            var settings = new PeerSettings(arguments.Model, arguments.Threads, alike.Key, alike.Max(task => task.ContextSize));
            await MeasureAsync(peers, settings, [.. alike], loaded.Tokenizer, cancellationToken);
        }

        return _results;
    }

    /// <summary>Measures what needs room for equally many streams, all peers standing ready.</summary>
    private async Task MeasureAsync(
        IReadOnlyList<IPeer> peers, PeerSettings settings, PeerTask[] tasks, ITokenizer tokenizer, CancellationToken cancellationToken)
    {
        var ready = new List<(IPeer Peer, IPeerSession Session)>();
        try
        {
            foreach (var peer in peers.Where(peer => tasks.Any(peer.Takes) && !_results.Absences.ContainsKey(peer.Name)))
            {
                if (await OpenAsync(peer, settings, [.. tasks.Where(peer.Takes)], tokenizer, cancellationToken) is { } session)
                {
                    ready.Add((peer, session));
                }
            }

            foreach (var task in tasks)
            {
                var prompts = PeerPrompt.Of(task, tokenizer);
                var able = ready.Where(side => side.Peer.Takes(task) && !_results.Absences.ContainsKey(side.Peer.Name)).ToArray();
                var figures = await Turns.TakeAsync(
                    arguments.Rounds,
                    warmUps: 0,
                    [.. able.Select(side => (Func<Task<double>>)(() => TakeTurnAsync(side.Peer, side.Session, task, prompts, cancellationToken)))],
                    (round, found) => say(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{task.Name}, round {round}: {string.Join(", ", able.Zip(found, (side, figure) => $"{side.Peer.Name} {PeersTable.Format(figure)}"))}")),
                    cancellationToken);
                foreach (var (side, found) in able.Zip(figures).Where(side => side.Second.All(double.IsFinite)))
                {
                    _results.Add(side.Peer.Name, task, found);
                }
            }
        }
        finally
        {
            foreach (var (_, session) in ready)
            {
                await session.DisposeAsync();
            }
        }
    }

    /// <summary>One turn of a peer; one that fails has no figure, and is absent from then on.</summary>
    private async Task<double> TakeTurnAsync(
        IPeer peer, IPeerSession session, PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken)
    {
        try
        {
            return await session.MeasureAsync(task, prompts, cancellationToken);
        }
        catch (PeerException e)
        {
            _results.SayAbsent(peer.Name, e.Message);
            return double.NaN;
        }
    }

    /// <summary>Opens a peer and lets it do everything once; one that does not is absent from then on.</summary>
    private async Task<IPeerSession?> OpenAsync(
        IPeer peer, PeerSettings settings, PeerTask[] tasks, ITokenizer tokenizer, CancellationToken cancellationToken)
    {
        IPeerSession? session = null;
        var works = false;
        try
        {
            say(string.Create(CultureInfo.InvariantCulture, $"{peer.Name} with {settings.Streams} × {settings.ContextSize} tokens"));
            session = await peer.OpenAsync(settings, cancellationToken);
            foreach (var task in tasks)
            {
                await session.MeasureAsync(task, PeerPrompt.Of(task, tokenizer), cancellationToken);
            }

            works = true;
            return session;
        }
        catch (PeerException e)
        {
            _results.SayAbsent(peer.Name, e.Message);
            return null;
        }
        finally
        {
            if (!works && session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }
}
