using Lamina.Benchmarks.Peers;

namespace Lamina.Benchmarks.LLamaSharp;

/// <summary>One of LLamaSharp's executors.</summary>
internal interface IExecutor : IDisposable
{
    /// <summary>Goes on from prompts, greedily.</summary>
    /// <returns>When each token of each was there, in ticks since the start.</returns>
    Task<long[][]> RunAsync(LLamaSharpRequest request, long started);
}
