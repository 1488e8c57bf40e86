namespace Lamina.Benchmarks.Peers;

/// <summary>A peer that stands ready.</summary>
internal interface IPeerSession : IAsyncDisposable
{
    /// <summary>Does a task once.</summary>
    /// <param name="task">The task.</param>
    /// <param name="prompts">A prompt for each stream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its figure.</returns>
    /// <exception cref="PeerException">It failed, or its answer cannot be read.</exception>
    Task<double> MeasureAsync(PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken);
}
