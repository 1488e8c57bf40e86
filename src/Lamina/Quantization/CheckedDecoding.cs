using Lamina.Runtime;

namespace Lamina.Quantization;

/// <summary>Batches that must be computed, or everything ends.</summary>
internal static class CheckedDecoding
{
    /// <summary>Computes a batch.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed.</exception>
    public static void Run(this IDecoder decoder, DecodeBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var status = decoder.Decode(batch);
        cancellationToken.ThrowIfCancellationRequested();
        if (status != DecodeStatus.Success)
        {
            throw new LaminaException("decode", $"A batch of {batch.Count} tokens was not computed: {status}.");
        }
    }
}
