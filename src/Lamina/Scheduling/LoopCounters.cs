namespace Lamina.Scheduling;

/// <summary>Counts of a decode loop. Written on its thread; readers may see a batch's counts half updated.</summary>
internal sealed class LoopCounters
{
    private long _promptTokens;
    private long _generatedTokens;

    public int Running { get; set; }

    public long Completed { get; set; }

    public long Cancelled { get; set; }

    public long Failed { get; set; }

    public long Batches { get; set; }

    /// <summary>Counts the tokens of a request that a batch computed.</summary>
    public void Count(SequenceRequest request)
    {
        if (request.IsDecoding)
        {
            _generatedTokens += request.InBatch;
        }
        else
        {
            _promptTokens += request.InBatch;
        }
    }

    public EngineMetrics ToMetrics(int queued) =>
        new(Running, queued, Completed, Cancelled, Failed, _promptTokens, _generatedTokens, Batches);
}
