using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.Scheduling;

/// <summary>
/// Puts the next tokens of running requests into a batch: one of each stream first, then parts of the prompts, in the
/// order in which they came.
/// </summary>
internal sealed class BatchPlanner(DecoderOptions limits)
{
    /// <summary>
    /// Prompt tokens that join a batch in which streams wait for their next token: enough to make use of the batch,
    /// few enough that the streams keep their pace.
    /// </summary>
    private const int PromptTokensBesideStreams = 64;

    private readonly List<PlannedOutput> _outputs = [];

    /// <summary>The batch.</summary>
    public DecodeBatch Batch { get; } = new(limits.BatchSize);

    /// <summary>What is to be read once it is computed.</summary>
    public ReadOnlySpan<PlannedOutput> Outputs => CollectionsMarshal.AsSpan(_outputs);

    /// <summary>Fills the batch anew.</summary>
    public void Fill(List<SequenceRequest> running)
    {
        Batch.Clear();
        _outputs.Clear();
        foreach (var request in running)
        {
            request.InBatch = 0;
            if (request.IsDecoding)
            {
                Add(request);
            }
        }

        var room = Batch.Count == 0
            ? limits.BatchSize
            : Math.Min(limits.BatchSize, Batch.Count + PromptTokensBesideStreams);
        foreach (var request in running)
        {
            if (request.IsIndivisible)
            {
                // Those behind it wait as well, so that shorter ones cannot pass it for ever.
                if (Batch.Count + request.TokenCount > limits.BatchSize)
                {
                    break;
                }

                AddPrompt(request, limits.BatchSize);
            }
            else if (!request.IsDecoding)
            {
                AddPrompt(request, room);
            }
        }
    }

    private void AddPrompt(SequenceRequest request, int room)
    {
        while (request.Computed + request.InBatch < request.TokenCount && Batch.Count < room)
        {
            if (Batch.OutputCount == limits.OutputLimit && request.WantsOutput(request.Computed + request.InBatch))
            {
                return;
            }

            Add(request);
        }
    }

    private void Add(SequenceRequest request)
    {
        var position = request.Computed + request.InBatch++;
        var wanted = request.WantsOutput(position);
        var index = Batch.Add(request.TokenAt(position), position, request.Sequence, wanted);
        if (wanted)
        {
            _outputs.Add(new(request, index, position));
        }
    }
}
