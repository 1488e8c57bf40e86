using System.Buffers.Binary;
using Lamina.Runtime;

namespace Lamina.Bindings;

/// <content>
/// States of sequences. Outside they have the form of a cache of one stream, whatever the layout. With one attention
/// cache the cells and rows are copied once, by native code: the unused bytes on both sides of a state take what it
/// writes, and expects, of the other streams.
/// </content>
internal sealed partial class SequenceDecoder
{
    private readonly string _shapeFault;
    private BlobShape? _shape;

    public string StateFormat
    {
        get
        {
            var rope = UsesLongRope ? ", long rope" : "";
            var attention = Options.FlashAttention switch
            {
                FlashAttention.On => "on",
                FlashAttention.Off => "off",
                _ => "auto",
            };
            var heads = NativeTraits.MixesHeads || (Options.KeyCacheType, Options.ValueCacheType) == default ? "" : ", unmixed heads";
            return $"{_context.StateKind}, keys {ContextSizes.Stored(Options.KeyCacheType)}, "
                + $"values {ContextSizes.Stored(Options.ValueCacheType)}, flash attention {attention}{heads}{rope}";
        }
    }

    /// <summary>Some models turn their keys otherwise when the cache, not the sequence, is large.</summary>
    private bool UsesLongRope =>
        _model.LongRopeContext is { } context && _context.StreamCells > context;

    public long GetStateSize(int sequence)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        ThrowIfEmpty(sequence);
        return CanonicalSize(Shape(), _context.StateSize(sequence));
    }

    public void SaveState(int sequence, Span<byte> destination)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        ThrowIfEmpty(sequence);
        var shape = Shape();
        if (_isShifted[sequence])
        {
            ApplyShift("save state");
        }

        var nativeSize = _context.StateSize(sequence);
        if (destination.Length != CanonicalSize(shape, nativeSize))
        {
            throw new ArgumentException($"The state takes {CanonicalSize(shape, nativeSize)} bytes, and the destination "
                + $"has {destination.Length}.", nameof(destination));
        }

        var streams = Streams(Options);
        if (shape.Reserve > 0)
        {
            SaveInPlace(shape, sequence, destination, (int)nativeSize);
        }
        else if (shape.OtherStreamBytes(streams) == 0)
        {
            Get(sequence, destination);
            SequenceBlob.ClearIds(destination, shape, WalkOwn(shape, destination, streams, sequence));
        }
        else
        {
            using var native = new RentedBuffer(checked((int)nativeSize));
            Get(sequence, native.Span);
            var caches = WalkOwn(shape, native.Span, streams, sequence);
            SequenceBlob.ClearIds(native.Span, shape, caches);
            SequenceBlob.Rewrite(native.Span, caches, streams: 1, destination);
        }
    }

    public bool LoadState(int sequence, Span<byte> state, int length)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence);
        ThrowIfNotEmpty(sequence, nameof(sequence));
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Options.ContextSize);
        var shape = Shape();
        var inner = Inner(shape, state);
        if (SequenceBlob.Walk(inner, shape, streams: 1, sequence: 0, length, out var caches) is { } fault)
        {
            throw new LaminaException(
                "load state", $"These {state.Length} bytes are no state of {length} tokens: {fault}.");
        }

        var streams = Streams(Options);
        bool isLoaded;
        string errors;
        if (shape.Reserve > 0)
        {
            isLoaded = LoadInPlace(shape, sequence, state, out errors);
        }
        else if (shape.OtherStreamBytes(streams) == 0)
        {
            isLoaded = _context.SetState(sequence, state, out errors);
        }
        else
        {
            using var native = new RentedBuffer(checked(inner.Length + shape.OtherStreamBytes(streams)));
            SequenceBlob.Rewrite(inner, caches, streams, native.Span);
            isLoaded = _context.SetState(sequence, native.Span, out errors);
        }

        if (isLoaded && _context.LastPosition(sequence) == length - 1)
        {
            _lengths[sequence] = length;
            return true;
        }

        // Half of it may be there.
        Clear(sequence);
        return errors.Contains("failed to find", StringComparison.Ordinal)
            ? false
            : throw new LaminaException("load state", $"{_context.Library} did not take a state of {length} tokens. "
                + $"It said: {Said(errors)}");
    }

    /// <summary>The bytes between the unused ones on both sides, which are 0; none where that is not so.</summary>
    private static Span<byte> Inner(BlobShape shape, Span<byte> state) =>
        state.Length > 2 * shape.Reserve
        && !state[..shape.Reserve].ContainsAnyExcept((byte)0) && !state[^shape.Reserve..].ContainsAnyExcept((byte)0)
            ? state[shape.Reserve..^shape.Reserve]
            : [];

    private static void WriteHeader(Span<byte> destination, int sequence, int streams)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, BlobShape.Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[sizeof(uint)..], sequence);
        SequenceBlob.WriteStreams(destination[BlobShape.HeaderBytes..], streams);
    }

    /// <summary>
    /// Native code writes a count for each stream before the sequence's own, so it begins that much earlier.
    /// </summary>
    private void SaveInPlace(BlobShape shape, int sequence, Span<byte> destination, int nativeSize)
    {
        var before = (Streams(Options) > 1 ? sequence : 0) * sizeof(uint);
        var begin = shape.Reserve - before;
        Get(sequence, destination.Slice(begin, nativeSize));

        destination[..shape.Reserve].Clear();
        destination[^shape.Reserve..].Clear();
        var inner = Inner(shape, destination);
        WriteHeader(inner, sequence, streams: 1);
        SequenceBlob.ClearIds(inner, shape, WalkOwn(shape, inner, streams: 1, sequence));
    }

    /// <summary>Native code reads a count for each other stream; in which of them the cells are does not matter.</summary>
    private bool LoadInPlace(BlobShape shape, int sequence, Span<byte> state, out string errors)
    {
        var streams = Streams(Options);
        var begin = shape.Reserve - shape.OtherStreamBytes(streams);
        WriteHeader(state[begin..], sequence: 0, streams);
        try
        {
            return _context.SetState(sequence, state[begin..^shape.Reserve], out errors);
        }
        finally
        {
            state[..shape.Reserve].Clear();
            WriteHeader(state[shape.Reserve..], sequence: 0, streams: 1);
        }
    }

    /// <summary>Walks through what native code wrote, which shows whether the model's states are as they are known.</summary>
    private IReadOnlyList<BlobCache> WalkOwn(BlobShape shape, Span<byte> blob, int streams, int sequence) =>
        SequenceBlob.Walk(blob, shape, streams, sequence, _lengths[sequence], out var caches) is { } fault
            ? throw Unknown(fault)
            : caches;

    private void Get(int sequence, Span<byte> destination)
    {
        if (!_context.GetState(sequence, destination, out var errors))
        {
            throw new LaminaException("save state", $"{_context.Library} did not write a state of {destination.Length} bytes. "
                + $"It said: {Said(errors)}");
        }
    }

    private long CanonicalSize(BlobShape shape, long nativeSize) =>
        nativeSize - shape.OtherStreamBytes(Streams(Options)) + 2 * shape.Reserve;

    /// <summary>What the model's states consist of.</summary>
    /// <exception cref="NotSupportedException">Nothing that is known.</exception>
    private BlobShape Shape() => _shape ?? throw Unknown(_shapeFault);

    /// <summary>Learns what states consist of, while every sequence is empty.</summary>
    private string ReadShape()
    {
        if (!HasMemory)
        {
            return "it keeps nothing of the tokens that it has read";
        }

        var empty = new byte[_context.StateSize(0)];
        return _context.GetState(0, empty, out var errors)
            ? BlobShape.Recognise(empty, Streams(Options), Memory, _model.HasExtendedPositions, out _shape) ?? ""
            : $"{_context.Library} wrote none, and said: {errors}";
    }

    private NotSupportedException Unknown(string fault) => new(
        $"States of '{_model.Info.Name}' ({_model.Info.Architecture}) cannot be saved or loaded: {fault}.");

    private void ThrowIfEmpty(int sequence)
    {
        if (_lengths[sequence] == 0)
        {
            throw new ArgumentException($"Sequence {sequence} is empty; there is no state.", nameof(sequence));
        }
    }
}
