using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.LlamaCpp;

/// <summary>A native context with its thread pool, its batch buffers and its abort flag.</summary>
internal sealed unsafe partial class LlamaDecoder : IDecoder
{
    private const int MeanPooling = 1;
    private const int RankPooling = 4;

    /// <summary>It rounds up to 256, and such numbers are signed in places.</summary>
    private const int MaxCells = int.MaxValue - 255;

    /// <summary>The most tokens of a batch that is computed without heeding an abort.</summary>
    private const int ShieldedTokens = 16;

    private readonly ContextHandle _context;
    private readonly ActivationTap? _tap;
    private readonly nint _memory;
    private readonly LlamaModel _model;
    private readonly int _vocabularySize;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    // Pinned for life: native code reads them while a batch runs, and the flag whenever it likes.
    private readonly int[] _abortFlag;
    private readonly int[] _tokens;
    private readonly int[] _positions;
    private readonly int[] _sequences;
    private readonly int[] _sequenceCounts;
    private readonly nint[] _sequencePointers;
    private readonly sbyte[] _outputs;

    private readonly int[] _lengths;
    private readonly bool[] _inBatch;
    private int _batchCount;

    private LlamaDecoder(
        ContextHandle context, ActivationTap? tap, int[] abortFlag, LlamaModel model, DecoderOptions options, int width)
    {
        _context = context;
        _tap = tap;
        _abortFlag = abortFlag;
        _model = model;
        _memory = Native.llama_get_memory(context);
        _cells = Native.llama_n_ctx_seq(context) * (long)Streams(options);
        _vocabularySize = model.Info.VocabularySize;
        Options = options;
        EmbeddingLength = width;

        _tokens = Pinned<int>(options.BatchSize);
        _positions = Pinned<int>(options.BatchSize);
        _sequences = Pinned<int>(options.BatchSize);
        _sequenceCounts = Pinned<int>(options.BatchSize);
        _sequencePointers = Pinned<nint>(options.BatchSize);
        _outputs = Pinned<sbyte>(options.BatchSize);
        Array.Fill(_sequenceCounts, 1);
        for (var i = 0; i < options.BatchSize; i++)
        {
            _sequencePointers[i] = Marshal.UnsafeAddrOfPinnedArrayElement(_sequences, i);
        }

        _places = new int[options.BatchSize];
        _counts = new int[options.SequenceCount];
        _lengths = new int[options.SequenceCount];
        _inBatch = new bool[options.SequenceCount];
        _isShifted = new bool[options.SequenceCount];
        _shapeFault = ReadShape();
    }

    /// <summary>
    /// Whether native code mixes the numbers of a head before it stores them in few bits (Hadamard; "QuaRot", Ashkboos
    /// and others, 2024): it does, but where this variable of its own forbids it.
    /// </summary>
    public static bool MixesHeads { get; } =
        Environment.GetEnvironmentVariable("LLAMA_ATTN_ROT_DISABLE") is null or "" or "0";

    public DecoderOptions Options { get; }

    public int EmbeddingLength { get; }

    public static LlamaDecoder Create(ModelHandle handle, LlamaModel model, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Fault.Throw([.. options.Faults(), .. TypeFaults(model.Info, options), .. AttentionFaults(model.Info, options)], nameof(options));
        if (options.CellCount > MaxCells)
        {
            throw new LaminaException("create decoder", $"A cache of {options.CellCount} cells was asked for; "
                + $"llama.cpp counts {MaxCells} at the most.");
        }

        if (model.Offload.Layers > 0 && options.KvOnDevice)
        {
            KvCacheGuard.Check(model.Offload, model.LargestKvLayer, Stored(options.KeyCacheType), options);
            KvCacheGuard.Check(model.Offload, model.LargestKvLayer, Stored(options.ValueCacheType), options);
        }

        var threads = Math.Max(options.Threads, options.BatchThreads);
        var cpu = options.Cpu is null ? null : Place(model, options, options.Cpu, threads);
        using var memory = LinuxThread.BindMemoryTo("create decoder", cpu?.MemoryNode);
        var abortFlag = Pinned<int>(3);
        var tap = CreateTap(options, abortFlag);
        using var pool = ThreadPoolHandle.Create(threads, cpu);
        var tapHandle = tap is null ? default : GCHandle.Alloc(tap);
        var parameters = Parameters(model, options, abortFlag, tapHandle);
        NativeLog.BeginErrors();
        var context = Native.llama_init_from_model(handle, parameters);
        var errors = NativeLog.EndErrors();
        if (context.IsInvalid)
        {
            if (tapHandle.IsAllocated)
            {
                tapHandle.Free();
            }

            if (OffloadParameters.NoRoom(model.Offload, errors) is { } reason)
            {
                throw new DeviceMemoryException("create decoder", $"A context of {options.CellCount} cells could not be created: {reason}");
            }

            throw new LaminaException("create decoder", $"llama.cpp could not create a context of "
                + $"{options.CellCount} cells for '{model.Info.Name}'. "
                + $"It said: {(errors.Length > 0 ? errors : "nothing")}");
        }

        context.KeepAlive(handle, pool, abortFlag, tapHandle);
        if (Native.llama_n_ctx_seq(context) < options.ContextSize)
        {
            var found = Native.llama_n_ctx_seq(context);
            context.Dispose();
            throw new LaminaException("create decoder", $"llama.cpp gave a sequence {found} tokens where "
                + $"{options.ContextSize} were asked for.");
        }

        Native.llama_attach_threadpool(context, pool, pool);
        var ranks = Native.llama_pooling_type(context) == RankPooling;
        var width = ranks ? (int)Native.llama_model_n_cls_out(handle) : model.Info.EmbeddingLength;
        return new(context, tap, abortFlag, model, options, width);
    }

    /// <summary>
    /// Why keys and values cannot be stored as the options say, in words. Values in few bits are read by flash attention
    /// alone, which native code has for every architecture but one.
    /// </summary>
    public static IEnumerable<string> TypeFaults(ModelInfo model, DecoderOptions options) =>
        LacksFlashAttention(model) && options.ValueCacheType != KvCacheType.F16
            ? [$"{nameof(DecoderOptions.ValueCacheType)} was {options.ValueCacheType}; llama.cpp stores values of '{model.Name}' "
                + $"({model.Architecture}) as {KvCacheType.F16} alone."]
            : model.KvCache.Faults(options.KeyCacheType, options.ValueCacheType);

    /// <summary>Why attention cannot be computed as the options say, in words.</summary>
    public static IEnumerable<string> AttentionFaults(ModelInfo model, DecoderOptions options) =>
        LacksFlashAttention(model) && options.FlashAttention == FlashAttention.On
            ? [$"{nameof(DecoderOptions.FlashAttention)} was {FlashAttention.On}; llama.cpp has none for '{model.Name}' "
                + $"({model.Architecture}): take {FlashAttention.Auto}."]
            : [];

    public DecodeStatus Decode(DecodeBatch batch)
    {
        ThrowIfElsewhere();
        ArgumentNullException.ThrowIfNull(batch);
        BatchGuard.Check(batch, Options, _vocabularySize, _lengths);
        ForgetOutputs();
        if (Volatile.Read(ref _abortFlag[0]) != 0)
        {
            return DecodeStatus.Aborted;
        }

        if ((_memory != 0 && batch.Count > _cells) || LacksRoom(batch))
        {
            return DecodeStatus.NoRoom;
        }

        if (batch.Count > ShieldedTokens && _isShifted.AsSpan().Contains(true))
        {
            ApplyShift("decode");
        }

        Arrange(batch);
        _tap?.Open();
        var status = ComputeParts(batch.Count, MustFinish(batch), out var errors);
        if (_tap?.Close() is { } failure)
        {
            Volatile.Write(ref _abortFlag[2], 0);
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
                throw new LaminaException("decode", $"llama.cpp could not compute a batch of {batch.Count} tokens "
                    + $"(status {status}). It said: {(errors.Length > 0 ? errors : "nothing")}", status);
        }
    }

    public ReadOnlySpan<float> GetLogits(int index)
    {
        ThrowIfElsewhere();
        if ((uint)index >= (uint)_batchCount || Options.Embeddings || _outputs[_places[index]] == 0)
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
            ? Native.llama_get_embeddings_seq(_context, sequence)
            : null;
        return embedding is null
            ? throw new ArgumentOutOfRangeException(
                nameof(sequence), sequence, "That sequence has no embedding in the last batch.")
            : new(embedding, EmbeddingLength);
    }

    public void Abort() => Volatile.Write(ref _abortFlag[0], 1);

    public void ResetAbort() => Volatile.Write(ref _abortFlag[0], 0);

    public void Dispose() => _context.Dispose();

    /// <summary>Where threads and memory are to be, or why they cannot.</summary>
    private static CpuPlacement Place(LlamaModel model, DecoderOptions options, CpuPlacement cpu, int threads)
    {
        PlacementGuard.Check(cpu, threads, nameof(options));
        PlacementGuard.ThrowIfNoRoom("create decoder", cpu, model.Offload, MemoryEstimate.Of(model.Info, options).DecoderBytes);
        NumaChoice.Make("create decoder", cpu);
        return CpuTopology.Current.Spread(cpu, threads);
    }

    /// <summary>Streams of the cache: each sequence has its own, or all share one.</summary>
    private static int Streams(DecoderOptions options) =>
        options.KvLayout == KvLayout.Shared || options.Embeddings ? 1 : options.SequenceCount;

    private static ActivationTap? CreateTap(DecoderOptions options, int[] abortFlag) =>
        options.Activations is not { } observer ? null : new(
            observer,
            TensorHandshake.Verify(NativeLibraries.Folder),
            () => Volatile.Write(ref abortFlag[2], 1));

    private static bool LacksFlashAttention(ModelInfo model) => model.Architecture is "grok";

    private static TensorType Stored(KvCacheType type) => type switch
    {
        KvCacheType.Int8 => TensorType.Q8_0,
        KvCacheType.Int4 => TensorType.Q4_0,
        _ => TensorType.F16,
    };

    private static LlamaContextParams Parameters(
        LlamaModel model, DecoderOptions options, int[] abortFlag, GCHandle tap)
    {
        var parameters = Native.llama_context_default_params();
        parameters.ContextSize = (uint)options.CellCount;
        parameters.TypeK = (int)Stored(options.KeyCacheType);
        parameters.TypeV = (int)Stored(options.ValueCacheType);
        parameters.FlashAttentionType = options.FlashAttention switch
        {
            FlashAttention.On => 1,
            FlashAttention.Off => 0,
            _ => -1,
        };
        parameters.KvUnified = options.KvLayout == KvLayout.Shared ? (byte)1 : (byte)0;
        parameters.BatchSize = (uint)options.BatchSize;
        parameters.MicroBatchSize = (uint)options.MicroBatchSize;
        parameters.SequenceMax = (uint)options.SequenceCount;

        // Room for one output of each sequence is always made, and asserted to be within the limit.
        parameters.OutputsMax = (uint)Math.Max(options.OutputLimit, options.SequenceCount);
        parameters.OffloadKqv = options.KvOnDevice ? (byte)1 : (byte)0;
        parameters.Threads = options.Threads;
        parameters.BatchThreads = options.BatchThreads;
        parameters.AbortCallback = &OnAbortCheck;
        parameters.AbortCallbackData = Marshal.UnsafeAddrOfPinnedArrayElement(abortFlag, 0);
        if (tap.IsAllocated)
        {
            parameters.EvalCallback = &ActivationTap.OnStep;
            parameters.EvalCallbackUserData = GCHandle.ToIntPtr(tap);
        }

        // What a window has passed is not rewound to, so it need not be kept.
        parameters.SwaFull = 0;
        if (options.Embeddings)
        {
            // A sequence that is cut between streams is pooled wrongly. And llama.cpp prepares for a micro-batch of
            // as many tokens in each sequence, and ends the process where it cannot be of such.
            var remainder = options.MicroBatchSize % options.SequenceCount;
            parameters.MicroBatchSize += (uint)(remainder == 0 ? 0 : options.SequenceCount - remainder);
            parameters.BatchSize = Math.Max(parameters.BatchSize, parameters.MicroBatchSize);
            parameters.ContextSize = Math.Max(parameters.ContextSize, parameters.MicroBatchSize);
            parameters.Embeddings = 1;
            parameters.KvUnified = 1;
            parameters.OutputsMax = 0;
            parameters.PoolingType = model.PoolsByItself ? parameters.PoolingType : MeanPooling;
        }

        return parameters;
    }

    private ReadOnlySpan<float> NativeLogits(int index)
    {
        var logits = Native.llama_get_logits_ith(_context, index);
        return logits is null
            ? throw new LaminaException("decode", $"llama.cpp kept no logits of token {index} of the batch.")
            : new(logits, _vocabularySize);
    }

    /// <summary>Runs what the pinned arrays hold from a place on.</summary>
    private int Compute(int start, int count, bool isShielded, out string errors)
    {
        Volatile.Write(ref _abortFlag[1], isShielded ? 1 : 0);
        NativeLog.BeginErrors();
        var status = Native.llama_decode(_context, new()
        {
            TokenCount = count,
            Tokens = (int*)Address(_tokens, start),
            Positions = (int*)Address(_positions, start),
            SequenceCounts = (int*)Address(_sequenceCounts, start),
            Sequences = (int**)Address(_sequencePointers, start),
            Outputs = (sbyte*)Address(_outputs, start),
        });
        errors = NativeLog.EndErrors();
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
        ObjectDisposedException.ThrowIf(_context.IsClosed, this);
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("A decoder may be used on the thread that created it, and no other.");
        }
    }

    private static T[] Pinned<T>(int length) => GC.AllocateArray<T>(length, pinned: true);

    private static nint Address<T>(T[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);

    // The first number says that someone wants it to stop, the second that it must not, the third that an observer failed.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnAbortCheck(nint flag) =>
        (Volatile.Read(ref *(int*)flag) != 0 || Volatile.Read(ref ((int*)flag)[2]) != 0)
        && Volatile.Read(ref ((int*)flag)[1]) == 0 ? (byte)1 : (byte)0;
}
