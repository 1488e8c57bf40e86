using Lamina.Runtime;

namespace Lamina.Benchmarks.Peers;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Model">The GGUF file.</param>
/// <param name="Threads">Threads of each peer.</param>
/// <param name="Streams">Numbers of streams.</param>
/// <param name="Rounds">How often all take turns.</param>
/// <param name="LlamaServer">llama-server's path, or null to look for it.</param>
/// <param name="LlamaBench">llama-bench's path, or null to look for it.</param>
/// <param name="LLamaSharp">The path of the program that runs LLamaSharp, or null to look for it.</param>
internal sealed record PeerArguments(
    string Model, int Threads, int[] Streams, int Rounds, string? LlamaServer, string? LlamaBench, string? LLamaSharp)
{
    /// <summary>Lamina, and those that are here.</summary>
    /// <param name="model">The model, for the bare loop.</param>
    /// <param name="results">Told who is absent.</param>
    public IReadOnlyList<IPeer> FindPeers(ILanguageModel model, PeerResults results)
    {
        List<IPeer> peers = [new LaminaPeer(), new BareLoopPeer(model)];
        Add(PeerPaths.LlamaBench, LlamaBench, builtPath: null, path => new LlamaBenchPeer(path));
        Add(PeerPaths.LlamaServer, LlamaServer, builtPath: null, path => new LlamaServerPeer(path));
        Add(PeerPaths.LLamaSharp, LLamaSharp, PeerPaths.BuiltLLamaSharp, path => new LLamaSharpPeer(path));
        return peers;

        void Add(PeerPaths paths, string? given, string? builtPath, Func<string, IPeer> create)
        {
            if (paths.Find(given, builtPath, out var absence) is { } path)
            {
                peers.Add(create(path));
            }
            else
            {
                results.SayAbsent(paths.Name, absence!);
            }
        }
    }
}
