namespace Lamina.Scheduling;

/// <summary>What an engine has done since it was loaded, and what it is doing.</summary>
/// <param name="RunningRequests">Requests that have a sequence now.</param>
/// <param name="QueuedRequests">Requests that wait for one.</param>
/// <param name="CompletedRequests">Requests that ended as they should.</param>
/// <param name="CancelledRequests">Requests that were cancelled while they ran.</param>
/// <param name="FailedRequests">Requests that ended with an error.</param>
/// <param name="PromptTokens">Tokens of prompts, scored and embedded texts computed.</param>
/// <param name="GeneratedTokens">Tokens that followed a prompt and were computed in turn.</param>
/// <param name="Batches">Batches computed; tokens a batch tell how well requests ran together.</param>
public sealed record EngineMetrics(
    int RunningRequests,
    int QueuedRequests,
    long CompletedRequests,
    long CancelledRequests,
    long FailedRequests,
    long PromptTokens,
    long GeneratedTokens,
    long Batches)
{
    /// <summary>Cells of the KV cache that hold a token.</summary>
    public long CellsInUse { get; init; }

    /// <summary>Tokens that were not computed, since they had been: in a prefix, a fork or a state.</summary>
    public long ReusedTokens { get; init; }

    /// <summary>Sequences that looked whether others had begun as they do.</summary>
    public long PrefixLookups { get; init; }

    /// <summary>Sequences that went on from where another had come; with the lookups it gives the hit rate.</summary>
    public long PrefixHits { get; init; }

    /// <summary>How often a request that ran had to make way for another and wait.</summary>
    public long ParkedRequests { get; init; }

    /// <summary>Of an engine that did nothing yet.</summary>
    internal static EngineMetrics None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Adds up the metrics of two engines.</summary>
    /// <param name="left">The one's.</param>
    /// <param name="right">The other's.</param>
    public static EngineMetrics operator +(EngineMetrics left, EngineMetrics right) => Add(left, right);

    /// <summary>Adds up the metrics of two engines.</summary>
    /// <param name="left">The one's.</param>
    /// <param name="right">The other's.</param>
    public static EngineMetrics Add(EngineMetrics left, EngineMetrics right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(
            left.RunningRequests + right.RunningRequests,
            left.QueuedRequests + right.QueuedRequests,
            left.CompletedRequests + right.CompletedRequests,
            left.CancelledRequests + right.CancelledRequests,
            left.FailedRequests + right.FailedRequests,
            left.PromptTokens + right.PromptTokens,
            left.GeneratedTokens + right.GeneratedTokens,
            left.Batches + right.Batches)
        {
            CellsInUse = left.CellsInUse + right.CellsInUse,
            ReusedTokens = left.ReusedTokens + right.ReusedTokens,
            PrefixLookups = left.PrefixLookups + right.PrefixLookups,
            PrefixHits = left.PrefixHits + right.PrefixHits,
            ParkedRequests = left.ParkedRequests + right.ParkedRequests,
        };
    }
}
