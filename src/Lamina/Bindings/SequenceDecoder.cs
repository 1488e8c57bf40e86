using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>
/// A decoder on a native context. What native code must not be handed is refused here, and what it leaves undone is put
/// right, so that a runtime only passes calls on.
/// </summary>
internal sealed partial class SequenceDecoder : IDecoder
{
    /// <summary>The most tokens of a batch that is computed without heeding an abort.</summary>
    private const int ShieldedTokens = 16;

    private readonly INativeContext _context;
    private readonly NativeTraits _model;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private readonly int[] _tokens;
    private readonly int[] _positions;
    private readonly int[] _sequences;
    private readonly bool[] _outputs;

    private readonly int[] _lengths;
    private readonly bool[] _inBatch;
    private int _batchCount;

    /// <summary>Takes over a context, which has no tokens yet.</summary>
    /// <param name="context">The context; it is disposed of with the decoder, or here where it has too few cells.</param>
    /// <param name="model">Its model.</param>
    /// <param name="options">What it was made with.</param>
    /// <exception cref="LaminaException">It has fewer cells than were asked for.</exception>
    public SequenceDecoder(INativeContext context, NativeTraits model, DecoderOptions options)
    {
        if (context.StreamCells < options.ContextSize)
        {
            var found = context.StreamCells;
            context.Dispose();
            throw new LaminaException("create decoder", $"{context.Library} gave a sequence {found} tokens where "
                + $"{options.ContextSize} were asked for.");
        }

        _context = context;
        _model = model;
        _cells = context.StreamCells * Streams(options);
        Options = options;

        _tokens = new int[options.BatchSize];
        _positions = new int[options.BatchSize];
        _sequences = new int[options.BatchSize];
        _outputs = new bool[options.BatchSize];
        _places = new int[options.BatchSize];
        _counts = new int[options.SequenceCount];
        _lengths = new int[options.SequenceCount];
        _inBatch = new bool[options.SequenceCount];
        _isShifted = new bool[options.SequenceCount];
        _shapeFault = ReadShape();
    }

    public DecoderOptions Options { get; }

    public int EmbeddingLength => _context.EmbeddingLength;

    private int VocabularySize => _model.Info.VocabularySize;

    private bool HasMemory => _context.HasMemory;

    public DecodeStatus Decode(DecodeBatch batch)
    {
        ThrowIfElsewhere();
        ArgumentNullException.ThrowIfNull(batch);
        BatchGuard.Check(batch, Options, VocabularySize, _lengths);
        ForgetOutputs();
        if (_context.Abort.IsRequested)
        {
            return DecodeStatus.Aborted;
        }

        if ((HasMemory && batch.Count > _cells) || LacksRoom(batch))
        {
            return DecodeStatus.NoRoom;
        }

        if (batch.Count > ShieldedTokens && _isShifted.AsSpan().Contains(true))
        {
            ApplyShift("decode");
        }

        Arrange(batch);
        _context.BeginBatch();
        var status = ComputeParts(batch.Count, MustFinish(batch), out var errors);
        if (_context.EndBatch() is { } failure)
        {
            _context.Abort.HasFailed = false;
            TakeBack(batch, status);
            failure.Throw();
        }

        switch (status)
        {
            case 0:
                Accept(batch);
                return DecodeStatus.Success;
            case 1:
                ClearParts(batch);
                return DecodeStatus.NoRoom;
            case 2:
                Restore(batch);
                return DecodeStatus.Aborted;
            default:
                Restore(batch);
                throw new LaminaException("decode", $"{_context.Library} could not compute a batch of {batch.Count} tokens "
                    + $"(status {status}). It said: {Said(errors)}", status);
        }
    }

    public ReadOnlySpan<float> GetLogits(int index)
    {
        ThrowIfElsewhere();
        if ((uint)index >= (uint)_batchCount || Options.Embeddings || !_outputs[_places[index]])
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, "That token of the last batch has no logits.");
        }

        var place = _places[index];
        return place < _lastPart ? EarlierLogits(place) : NativeLogits(place - _lastPart);
    }

    public ReadOnlySpan<float> GetEmbedding(int sequence)
    {
        ThrowIfElsewhere();
        var embedding = Options.Embeddings && (uint)sequence < (uint)_inBatch.Length && _inBatch[sequence]
            ? _context.GetEmbedding(sequence)
            : [];
        return embedding.IsEmpty
            ? throw new ArgumentOutOfRangeException(
                nameof(sequence), sequence, "That sequence has no embedding in the last batch.")
            : embedding;
    }

    public void Abort() => _context.Abort.IsRequested = true;

    public void ResetAbort() => _context.Abort.IsRequested = false;

    public void Dispose() => _context.Dispose();

    /// <summary>Streams of the cache: each sequence has its own, or all share one.</summary>
    private static int Streams(DecoderOptions options) =>
        options.KvLayout == KvLayout.Shared || options.Embeddings ? 1 : options.SequenceCount;

    private static string Said(string errors) => errors.Length > 0 ? errors : "nothing";

    private ReadOnlySpan<float> NativeLogits(int index)
    {
        var logits = _context.GetLogits(index);
        return logits.IsEmpty
            ? throw new LaminaException("decode", $"{_context.Library} kept no logits of token {index} of the batch.")
            : logits;
    }

    /// <summary>Runs what the arrays hold from a place on.</summary>
    private int Compute(int start, int count, bool isShielded, out string errors)
    {
        _context.Abort.IsShielded = isShielded;
        var batch = new NativeBatch(
            _tokens.AsSpan(start, count),
            _positions.AsSpan(start, count),
            _sequences.AsSpan(start, count),
            _outputs.AsSpan(start, count));
        var status = _context.Compute(batch, out errors);
        if (status is 0 or 1)
        {
            // Pending shifts were applied before anything else.
            Array.Clear(_isShifted);
        }

        return status;
    }

    private void Accept(DecodeBatch batch)
    {
        _batchCount = batch.Count;
        foreach (var sequence in batch.Sequences)
        {
            _lengths[sequence]++;
            _inBatch[sequence] = true;
        }
    }

    private void ForgetOutputs()
    {
        Array.Clear(_inBatch);
        _batchCount = 0;
    }

    private void ThrowIfNoSequence(int sequence, string argument = "sequence") =>
        BatchGuard.ThrowIfNoSequence(sequence, _lengths.Length, argument);

    private void ThrowIfElsewhere()
    {
        ObjectDisposedException.ThrowIf(_context.IsDisposed, this);
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("A decoder may be used on the thread that created it, and no other.");
        }
    }
}
