using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.Scheduling;

/// <summary>
/// Makes a batch in two passes: first it is settled how many tokens of each request join, then they are put in, by
/// slots, since a runtime computes neighbouring slots together.
/// </summary>
internal sealed class BatchPlanner(DecoderOptions limits)
{
    private static readonly Comparison<SequenceRequest> BySlot = (a, b) => a.Sequence.Slot.CompareTo(b.Sequence.Slot);

    private readonly List<SequenceRequest> _members = [];
    private readonly List<PlannedOutput> _outputs = [];

    /// <summary>The batch, once it is made.</summary>
    public DecodeBatch Batch { get; } = new(limits.BatchSize);

    /// <summary>What is to be read once it is computed.</summary>
    public ReadOnlySpan<PlannedOutput> Outputs => CollectionsMarshal.AsSpan(_outputs);

    /// <summary>The requests with tokens in the batch.</summary>
    public ReadOnlySpan<SequenceRequest> Members => CollectionsMarshal.AsSpan(_members);

    /// <summary>Tokens settled so far.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens of prompts among them.</summary>
    public int PromptTokens { get; private set; }

    /// <summary>Streams among the members: a token of each.</summary>
    public int Streams => Count - PromptTokens;

    private int OutputCount { get; set; }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _members.ForEach(static request => request.InBatch = 0);
        _members.Clear();
        _outputs.Clear();
        Batch.Clear();
        Count = PromptTokens = OutputCount = 0;
    }

    /// <summary>Lets tokens of a request join.</summary>
    /// <param name="request">A request that has a slot and no tokens in the batch.</param>
    /// <param name="most">The most tokens to take.</param>
    /// <returns>Whether any joined.</returns>
    public bool Take(SequenceRequest request, int most)
    {
        most = Math.Min(most, limits.BatchSize - Count);
        var (count, outputs) = (0, 0);
        var position = request.Sequence.Computed;
        for (; count < Math.Min(most, request.Remaining); count++, position++)
        {
            if (request.WantsOutput(position))
            {
                if (OutputCount + outputs == limits.OutputLimit)
                {
                    break;
                }

                outputs++;
            }
        }

        if (count == 0 || (request.IsIndivisible && count < request.Remaining))
        {
            return false;
        }

        request.InBatch = count;
        _members.Add(request);
        Count += count;
        OutputCount += outputs;
        PromptTokens += request.IsStream ? 0 : count;
        return true;
    }

    /// <summary>Takes a request's tokens out again.</summary>
    public void Withdraw(SequenceRequest request)
    {
        if (_members.Remove(request))
        {
            Count -= request.InBatch;
            for (var i = 0; i < request.InBatch; i++)
            {
                OutputCount -= request.WantsOutput(request.Sequence.Computed + i) ? 1 : 0;
            }

            PromptTokens -= request.IsStream ? 0 : request.InBatch;
            request.InBatch = 0;
        }
    }

    /// <summary>Puts the tokens into the batch.</summary>
    public void Make()
    {
        _members.Sort(BySlot);
        foreach (var request in _members)
        {
            var sequence = request.Sequence;
            for (var i = 0; i < request.InBatch; i++)
            {
                var position = sequence.Computed + i;
                var wanted = request.WantsOutput(position);
                var index = Batch.Add(sequence.Tokens[position], position, sequence.Slot, wanted);
                if (wanted)
                {
                    _outputs.Add(new(request, index, position));
                }
            }
        }
    }
}
