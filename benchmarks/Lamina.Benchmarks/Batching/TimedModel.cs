using System.Diagnostics;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>A model that others use as well, and that knows how long its decoders have computed. Its owner disposes of it.</summary>
internal sealed class TimedModel(ILanguageModel inner) : ILanguageModel
{
    private long _ticks;

    public ModelInfo Info => inner.Info;

    public ITokenizer Tokenizer => inner.Tokenizer;

    /// <summary>The time that batches have taken so far.</summary>
    public TimeSpan Computed => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    public IDecoder CreateDecoder(DecoderOptions options) => new Decoder(this, inner.CreateDecoder(options));

    public void Dispose()
    {
    }

    private sealed class Decoder(TimedModel model, IDecoder inner) : IDecoder
    {
        public DecoderOptions Options => inner.Options;

        public int EmbeddingLength => inner.EmbeddingLength;

        public string StateFormat => inner.StateFormat;

        public bool CanShift => inner.CanShift;

        public DecodeStatus Decode(DecodeBatch batch)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                return inner.Decode(batch);
            }
            finally
            {
                Interlocked.Add(ref model._ticks, Stopwatch.GetTimestamp() - started);
            }
        }

        public ReadOnlySpan<float> GetLogits(int index) => inner.GetLogits(index);

        public ReadOnlySpan<float> GetEmbedding(int sequence) => inner.GetEmbedding(sequence);

        public int GetLength(int sequence) => inner.GetLength(sequence);

        public void Clear(int sequence) => inner.Clear(sequence);

        public bool CanTruncate(int sequence, int length) => inner.CanTruncate(sequence, length);

        public void Truncate(int sequence, int length) => inner.Truncate(sequence, length);

        public void RemoveRange(int sequence, int start, int count) => inner.RemoveRange(sequence, start, count);

        public void Share(int source, int destination, int length) => inner.Share(source, destination, length);

        public long GetStateSize(int sequence) => inner.GetStateSize(sequence);

        public void SaveState(int sequence, Span<byte> destination) => inner.SaveState(sequence, destination);

        public bool LoadState(int sequence, Span<byte> state, int length) => inner.LoadState(sequence, state, length);

        public void Abort() => inner.Abort();

        public void ResetAbort() => inner.ResetAbort();

        public void Dispose() => inner.Dispose();
    }
}
