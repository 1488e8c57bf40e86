using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>Counts tokens, and computes nothing.</summary>
internal sealed class NullDecoder(DecoderOptions options, IReadOnlyList<float[]> logits) : IDecoder
{
    private readonly int[] _lengths = new int[options.SequenceCount];

    public DecoderOptions Options => options;

    public int EmbeddingLength => 0;

    public string StateFormat => "null";

    public bool CanShift => true;

    public DecodeStatus Decode(DecodeBatch batch)
    {
        foreach (var sequence in batch.Sequences)
        {
            _lengths[sequence]++;
        }

        return DecodeStatus.Success;
    }

    public ReadOnlySpan<float> GetLogits(int index) => logits[index % logits.Count];

    public ReadOnlySpan<float> GetEmbedding(int sequence) => [];

    public int GetLength(int sequence) => _lengths[sequence];

    public void Clear(int sequence) => _lengths[sequence] = 0;

    public bool CanTruncate(int sequence, int length) => true;

    public void Truncate(int sequence, int length) => _lengths[sequence] = length;

    public void RemoveRange(int sequence, int start, int count) => _lengths[sequence] -= count;

    public void Share(int source, int destination, int length) => _lengths[destination] = length;

    public long GetStateSize(int sequence) => 1;

    public void SaveState(int sequence, Span<byte> destination) => destination.Clear();

    public bool LoadState(int sequence, Span<byte> state, int length)
    {
        _lengths[sequence] = length;
        return true;
    }

    public void Abort()
    {
    }

    public void ResetAbort()
    {
    }

    public void Dispose()
    {
    }
}
