using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>Refuses every batch that native code would answer by ending the process.</summary>
internal static class BatchGuard
{
    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="options">The decoder's sizes.</param>
    /// <param name="vocabularySize">Number of tokens that the model knows.</param>
    /// <param name="lengths">The length of each sequence.</param>
    /// <exception cref="ArgumentException">It cannot be computed.</exception>
    public static void Check(DecodeBatch batch, DecoderOptions options, int vocabularySize, ReadOnlySpan<int> lengths)
    {
        if (batch.Count == 0 || batch.Count > options.BatchSize)
        {
            throw new ArgumentException(
                $"The batch has {batch.Count} tokens; 1 to {options.BatchSize} can be computed.", nameof(batch));
        }

        if (!options.Embeddings && batch.OutputCount > options.OutputLimit)
        {
            throw new ArgumentException(
                $"The batch wants logits of {batch.OutputCount} tokens; {options.OutputLimit} are kept at the most.",
                nameof(batch));
        }

        Span<int> next = stackalloc int[lengths.Length];
        lengths.CopyTo(next);
        for (var i = 0; i < batch.Count; i++)
        {
            var (token, sequence, position) = (batch.Tokens[i], batch.Sequences[i], batch.Positions[i]);
            if ((uint)token >= (uint)vocabularySize)
            {
                throw new ArgumentException(
                    $"Token {i} of the batch is {token}; the model's tokens go from 0 to {vocabularySize - 1}.",
                    nameof(batch));
            }

            ThrowIfNoSequence(sequence, lengths.Length, nameof(batch));
            if (position != next[sequence]++ || position >= options.ContextSize)
            {
                throw new ArgumentException(
                    $"Token {i} of the batch is at position {position} of sequence {sequence}; its next is "
                    + $"{next[sequence] - 1} and its last {options.ContextSize - 1}.",
                    nameof(batch));
            }
        }
    }

    /// <summary>Refuses a sequence that there is not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public static void ThrowIfNoSequence(int sequence, int count, string argument)
    {
        if ((uint)sequence >= (uint)count)
        {
            throw new ArgumentOutOfRangeException(argument, sequence, $"Sequences go from 0 to {count - 1}.");
        }
    }
}
