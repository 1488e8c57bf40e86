using Lamina.Runtime;
using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>
/// Closes gaps between the slots that run, where each sequence has its own cells: a runtime computes neighbours in one
/// go, and what lies beyond a gap in another. Moving a sequence costs as much as its tokens, so the longer it is the
/// longer a gap has to stay before it is closed.
/// </summary>
internal sealed class Compactor(KvCache cache)
{
    /// <summary>Tokens whose move costs about what a gap costs in a step.</summary>
    private const int TokensPerStep = 500;

    private int _steps;

    /// <summary>Moves one sequence at the most.</summary>
    public void Step(List<SequenceRequest> running)
    {
        if (cache.Decoder.Options.KvLayout == KvLayout.Shared || running.Count < 2)
        {
            return;
        }

        var (first, last) = (running[0], running[0]);
        foreach (var request in running)
        {
            first = request.Sequence.Slot < first.Sequence.Slot ? request : first;
            last = request.Sequence.Slot > last.Sequence.Slot ? request : last;
        }

        if (last.Sequence.Slot - first.Sequence.Slot < running.Count)
        {
            _steps = 0;
            return;
        }

        if (last.Sequence.Computed > ++_steps * (long)TokensPerStep)
        {
            return;
        }

        var gap = first.Sequence.Slot + 1;
        while (cache.Slots[gap] is { IsRunning: true })
        {
            gap++;
        }

        if (cache.Slots[gap] is { } idle)
        {
            cache.Leave(idle);
        }

        cache.Move(last.Sequence, gap);
        _steps = 0;
    }
}
