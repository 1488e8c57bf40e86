using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>Counts of a decode loop. Written on its thread; readers may see a batch's counts half updated.</summary>
internal sealed class LoopCounters
{
    private int _running;
    private int _waiting;
    private long _cells;
    private long _reused;
    private long _lookups;
    private long _hits;
    private long _promptTokens;
    private long _generatedTokens;
    private long _batches;

    public long Completed { get; set; }

    public long Cancelled { get; set; }

    public long Failed { get; set; }

    /// <summary>Requests that had to make way for others.</summary>
    public long Parked { get; set; }

    /// <summary>Notes what is there before a batch.</summary>
    public void OnPlan(int running, int waiting, KvCache? cache)
    {
        _running = running;
        _waiting = waiting;
        _cells = cache?.CellsInUse ?? 0;
        _reused = cache?.ReusedTokens ?? _reused;
        _lookups = cache?.Lookups ?? _lookups;
        _hits = cache?.Hits ?? _hits;
    }

    /// <summary>Counts a batch that was computed.</summary>
    public void OnBatch(BatchPlanner planner)
    {
        _batches++;
        foreach (var request in planner.Members)
        {
            if (request.IsGenerating)
            {
                _generatedTokens += request.InBatch;
            }
            else
            {
                _promptTokens += request.InBatch;
            }
        }
    }

    public EngineMetrics ToMetrics(int queued) => new(
        _running, _waiting + queued, Completed, Cancelled, Failed, _promptTokens, _generatedTokens, _batches)
    {
        CellsInUse = _cells,
        ReusedTokens = _reused,
        PrefixLookups = _lookups,
        PrefixHits = _hits,
        ParkedRequests = Parked,
    };
}
