using Microsoft.Extensions.Logging;

namespace Lamina.Scheduling;

/// <content>What comes of a batch, and how requests end.</content>
internal sealed partial class Scheduler
{
    /// <summary>Hands out what a batch has brought.</summary>
    public void OnComputed(TimeSpan elapsed)
    {
        _lacksRoom = false;
        _pace.Observe(Planner.Streams, Planner.PromptTokens, elapsed);
        counters.OnBatch(Planner);
        foreach (var request in Planner.Members)
        {
            cache.Advance(request.Sequence, request.InBatch);
        }

        foreach (var output in Planner.Outputs)
        {
            // One that an earlier output of the same batch has ended takes no more.
            if (!output.Request.IsCancelled && !output.Request.IsFinished)
            {
                Take(output.Request, output);
            }
        }

        foreach (var request in _running)
        {
            if (request.IsPaused && !request.IsCancelled && !request.IsFinished)
            {
                Take(request, output: null);
            }
        }

        foreach (var request in Planner.Members)
        {
            if (request.Remaining <= 0 && !request.IsPaused && !request.IsCancelled && !request.IsFinished)
            {
                Complete(request);
            }
        }

        // Only now, since whatever edits the cache may cost the outputs.
        LetGo();
    }

    /// <summary>Takes back what a batch that was given up has begun.</summary>
    public void OnAborted()
    {
        foreach (var request in Planner.Members)
        {
            if (request.Sequence.Slot >= 0)
            {
                cache.Resynchronize(request.Sequence);
            }
        }
    }

    /// <summary>Ends the requests of a batch that failed.</summary>
    public void OnFailed(Exception error)
    {
        _lacksRoom = false;
        OnAborted();
        foreach (var request in Planner.Members)
        {
            if (!request.IsFinished)
            {
                Finish(request, error);
            }
        }

        LetGo();
    }

    /// <summary>A batch found no room, though its cells were counted: whatever ranks last makes way.</summary>
    /// <returns>False where there is nothing left to move.</returns>
    public bool OnNoRoom()
    {
        logger.LogWarning("The KV cache had no room for a batch of {TokenCount} tokens.", Planner.Count);
        _lacksRoom = true; // until one has gone through: else what made way would come back at once
        return MakeRoom(_running[0]);
    }

    private void Take(SequenceRequest request, PlannedOutput? output)
    {
        try
        {
            if (output is { } found ? request.OnOutput(cache, found.Index, found.Position) : request.OnPaused())
            {
                Finish(request);
            }
        }
        catch (Exception e)
        {
            Finish(request, e);
        }
    }

    private void Complete(SequenceRequest request)
    {
        try
        {
            request.OnComputed(cache);
            Finish(request);
        }
        catch (Exception e)
        {
            Finish(request, e);
        }
    }

    /// <summary>Counts a request that has come to its end, or fails it; and so its partner.</summary>
    private void Finish(SequenceRequest request, Exception? error = null)
    {
        if (request.IsFinished)
        {
            return; // its partner has ended it
        }

        request.IsFinished = true;
        _finished.Add(request);
        if (request.IsGuide)
        {
            request.HasFailed = error is not null;
        }
        else if (request.IsCancelled)
        {
            counters.Cancelled++;
        }
        else if (error is not null)
        {
            counters.Failed++;
            request.HasFailed = true;
            request.Fail(error);
        }
        else
        {
            counters.Completed++;
        }

        if (request.Partner is { } partner)
        {
            Finish(partner, error);
        }
    }

    /// <summary>Gives back what finished requests had.</summary>
    private void LetGo()
    {
        foreach (var request in _finished)
        {
            var sequence = request.Sequence;
            if (!_running.Remove(request))
            {
                _waiting.Remove(request, out _, out _);
            }

            sequence.IsRunning = false;
            if (sequence.IsKept)
            {
                continue; // its owner lets it go
            }

            if (request.HasFailed)
            {
                cache.Free(sequence); // nothing that a failure has touched is kept for others
            }
            else
            {
                cache.Retire(sequence);
            }
        }

        _finished.Clear();
    }
}
