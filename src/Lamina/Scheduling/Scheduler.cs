using Lamina.Runtime;
using Lamina.Sequences;
using Microsoft.Extensions.Logging;

namespace Lamina.Scheduling;

/// <summary>
/// Decides what is computed next: a token of each stream, then parts of prompts, the lowest rank first. Where slots or
/// cells run out, whatever ranks last moves to host memory and waits. It belongs to the loop's thread.
/// </summary>
internal sealed partial class Scheduler(
    KvCache cache, ISchedulingPolicy policy, LoopCounters counters, ILogger logger)
{
    /// <summary>How far ahead of a request that runs one must rank to take its place.</summary>
    private const double LeastLead = 0.1;

    private readonly PriorityQueue<SequenceRequest, (double Rank, long Arrival)> _waiting = new();

    /// <summary>Those with a slot, the lowest rank first.</summary>
    private readonly List<SequenceRequest> _running = [];

    private readonly List<SequenceRequest> _finished = [];
    private readonly Pace _pace = new();
    private readonly Compactor _compactor = new(cache);
    private long _arrivals;
    private bool _lacksRoom;

    /// <summary>The batch that is computed next.</summary>
    public BatchPlanner Planner { get; } = new(cache.Decoder.Options);

    /// <summary>Takes a request in.</summary>
    public void Enqueue(SequenceRequest request)
    {
        if (request.IsCancelled)
        {
            Finish(request);
        }
        else
        {
            try
            {
                request.Rank = policy.GetRank(request.Profile);
                if (double.IsNaN(request.Rank))
                {
                    throw new InvalidOperationException($"{policy.GetType().Name} ranked a request as NaN.");
                }

                if (request.Partner is { } partner)
                {
                    partner.Rank = request.Rank;
                    Add(partner);
                }

                Add(request);
            }
            catch (Exception e)
            {
                Finish(request, e);
            }
        }

        LetGo();
    }

    private void Add(SequenceRequest request)
    {
        cache.Guard(request.Sequence);
        request.Begin();
        request.Arrival = ++_arrivals;
        _waiting.Enqueue(request, (request.Rank, request.Arrival));
        Prepare(request); // its sequence may be full already
    }

    /// <summary>Lets go of requests that were cancelled.</summary>
    public void DropCancelled()
    {
        foreach (var request in _running)
        {
            if (request.IsCancelled)
            {
                Finish(request);
            }
        }

        foreach (var (request, _) in _waiting.UnorderedItems)
        {
            if (request.IsCancelled)
            {
                Finish(request);
            }
        }

        LetGo();
    }

    /// <summary>Fills the planner's batch.</summary>
    /// <returns>False where there is nothing to do.</returns>
    public bool Plan()
    {
        Planner.Clear();
        foreach (var request in _running)
        {
            request.IsAccompanied = _running.Count > 1;
            Prepare(request);
        }

        LetGo();
        _compactor.Step(_running);
        TakeStreams();
        var promptTokens = Planner.Streams == 0
            ? cache.Decoder.Options.BatchSize
            : _pace.PromptTokens(Planner.Streams);
        TakePrompts(promptTokens);
        if (!_lacksRoom || _running.TrueForAll(request => request.IsPaused))
        {
            Admit(promptTokens);
        }

        while (Planner.Count == 0 && _running.Count > 0)
        {
            // All of them wait for cells, which others of them have, or had until something that waits asked for more.
            TakeStreams();
            TakePrompts(promptTokens);
            if (Planner.Count == 0 && _running.Count > 0 && !MakeRoom(_running[0]))
            {
                Finish(_running[0], new LaminaException("decode", "The KV cache has no cell free for a request, though "
                    + "nothing else is in it."));
                LetGo();
            }
        }

        cache.Settle();
        Planner.Make();
        counters.OnPlan(_running.Count, _waiting.Count, cache);
        return Planner.Count > 0;
    }

    /// <summary>Ends everything with an error.</summary>
    public void End(Exception error)
    {
        _running.ForEach(request => request.Fail(error));
        foreach (var (request, _) in _waiting.UnorderedItems)
        {
            request.Fail(error);
            request.Sequence.ReleaseStates();
        }

        _running.Clear();
        _waiting.Clear();
        counters.OnPlan(0, 0, cache: null);
    }

    private void Prepare(SequenceRequest request)
    {
        try
        {
            request.Prepare(cache);
        }
        catch (Exception e)
        {
            cache.Drop(request.Sequence); // who knows what is left of it
            Finish(request, e);
        }
    }

    private void TakeStreams()
    {
        for (var i = 0; i < _running.Count; i++)
        {
            var request = _running[i];
            if (!request.IsStream || request.InBatch > 0)
            {
                continue;
            }

            while (cache.FreeCells <= Planner.Count && MakeRoom(request))
            {
            }

            if (cache.FreeCells > Planner.Count)
            {
                Planner.Take(request, 1);
            }
            else
            {
                Park(request);
            }
        }
    }

    /// <param name="most">The most tokens of prompts in this batch.</param>
    private void TakePrompts(int most)
    {
        foreach (var request in _running)
        {
            if (request.InBatch == 0 && !request.IsStream && !TakePrompt(request, most) && request.IsIndivisible)
            {
                // Those behind it wait as well, so that shorter ones cannot pass it for ever.
                return;
            }
        }
    }

    private bool TakePrompt(SequenceRequest request, int most) =>
        Planner.Take(request, (int)Math.Min(most - Planner.PromptTokens, cache.FreeCells - Planner.Count));

    private void Admit(int most)
    {
        while (_waiting.TryPeek(out var request, out _)
            && Planner.Count < cache.Decoder.Options.BatchSize
            && (Planner.PromptTokens < most || StartsAsStream(request))
            && TryAdmit(request))
        {
            _waiting.Dequeue();
            Start(request);
            if (request.Remaining <= 0 && !request.IsPaused)
            {
                Complete(request);
                LetGo();
            }
            else if (request.Remaining > 0 && !(request.IsStream ? Planner.Take(request, 1) : TakePrompt(request, most)))
            {
                return;
            }
        }
    }

    /// <summary>Whether all but the last token of a waiting request is known.</summary>
    private bool StartsAsStream(SequenceRequest request) =>
        request.Generates && request.Target - Math.Min(cache.Known(request.Sequence), request.FirstOutput) == 1;

    /// <summary>Sees that a request can have a slot, and cells for what it is to compute.</summary>
    private bool TryAdmit(SequenceRequest request)
    {
        var sequence = request.Sequence;
        if (sequence.Slot < 0 && cache.IsBeingRead(sequence, request.FirstOutput))
        {
            return false; // soon it can go on from there
        }

        while (sequence.Slot < 0 && cache.FreeSlots == 0)
        {
            if (!MakeRoom(request, LeastLead))
            {
                return false;
            }
        }

        var known = sequence.Slot >= 0 ? sequence.Computed : cache.Shareable(sequence);
        while (cache.FreeCells - Planner.Count < request.Target - known)
        {
            if (!MakeRoom(request, LeastLead))
            {
                // Alone it has whatever there is.
                return _running.Count == 0;
            }
        }

        return true;
    }

    private void Start(SequenceRequest request)
    {
        var sequence = request.Sequence;
        var at = _running.BinarySearch(request, RankOrder.Instance);
        _running.Insert(~at, request);
        if (sequence.Slot < 0)
        {
            cache.Enter(sequence, request.FirstOutput, cache.FreeCells - Planner.Count);
            request.CachedTokens = request.HasStarted || sequence.IsKept ? request.CachedTokens : sequence.Computed;
        }

        sequence.IsRunning = true;
        request.HasStarted = true;
    }

    /// <summary>Frees cells or a slot for a request: those of an idle sequence, else of what ranks behind it.</summary>
    private bool MakeRoom(SequenceRequest request, double lead = 0)
    {
        if (cache.OldestIdle(except: request.Sequence) is { } idle)
        {
            cache.Leave(idle);
            return true;
        }

        if (_running is [.., var last] && last.Rank >= request.Rank + lead && RankOrder.Instance.Compare(last, request) > 0)
        {
            Park(last);
            return true;
        }

        return false;
    }

    private void Park(SequenceRequest request)
    {
        Planner.Withdraw(request);
        cache.Leave(request.Sequence); // if that fails, the request runs on, or is where End finds it
        request.Sequence.IsRunning = false;
        _running.Remove(request);
        counters.Parked++;
        _waiting.Enqueue(request, (request.Rank, request.Arrival));
    }
}
