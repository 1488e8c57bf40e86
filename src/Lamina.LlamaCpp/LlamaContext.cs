using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Lamina.Bindings;
using Lamina.LlamaCpp.Interop;
using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>A native context with its thread pool, its observer and its abort flag.</summary>
internal sealed unsafe class LlamaContext : INativeContext
{
    private const int MeanPooling = 1;
    private const int RankPooling = 4;
    private const int All = -1;

    private readonly ContextHandle _context;
    private readonly ActivationTap? _tap;
    private readonly nint _memory;
    private readonly int _vocabularySize;

    // Each token has one sequence.
    private readonly int[] _sequenceCounts;
    private readonly nint[] _sequencePointers;

    private LlamaContext(
        ContextHandle context, ActivationTap? tap, AbortFlag abort, LlamaModel model, DecoderOptions options, int width)
    {
        _context = context;
        _tap = tap;
        _memory = Native.llama_get_memory(context);
        _vocabularySize = model.Traits.Info.VocabularySize;
        _sequenceCounts = new int[options.BatchSize];
        _sequencePointers = new nint[options.BatchSize];
        Array.Fill(_sequenceCounts, 1);
        Abort = abort;
        EmbeddingLength = width;
    }

    public string Library => "llama.cpp";

    // LLAMA_STATE_SEQ_VERSION, and after the point the version of the form around it.
    public string StateKind => "llama.cpp sequence 3.1";

    public bool IsDisposed => _context.IsClosed;

    public AbortFlag Abort { get; }

    public bool HasMemory => _memory != 0;

    public long StreamCells => Native.llama_n_ctx_seq(_context);

    public bool CanMove => Native.llama_memory_can_shift(_memory);

    public int EmbeddingLength { get; }

    public static LlamaContext Create(ModelHandle handle, LlamaModel model, DecoderOptions options)
    {
        var sizes = ContextSizes.Of(model.Info, options);
        if (model.Offload.Layers > 0 && options.KvOnDevice)
        {
            KvCacheGuard.Check(model.Offload, model.LargestKvLayer, ContextSizes.Stored(options.KeyCacheType), options);
            KvCacheGuard.Check(model.Offload, model.LargestKvLayer, ContextSizes.Stored(options.ValueCacheType), options);
        }

        var threads = Math.Max(options.Threads, options.BatchThreads);
        var cpu = options.Cpu is null ? null : Place(model, options, options.Cpu, threads);
        using var memory = LinuxThread.BindMemoryTo("create decoder", cpu?.MemoryNode);
        var abort = new AbortFlag();
        var tap = CreateTap(options, abort);
        using var pool = ThreadPoolHandle.Create(threads, cpu);
        var tapHandle = tap is null ? default : GCHandle.Alloc(tap);
        var parameters = Parameters(model, options, sizes, abort, tapHandle);
        NativeLog.BeginErrors();
        var context = Native.llama_init_from_model(handle, parameters);
        var errors = NativeLog.EndErrors();
        if (context.IsInvalid)
        {
            if (tapHandle.IsAllocated)
            {
                tapHandle.Free();
            }

            throw new NativeFailure("llama.cpp", model.Offload, errors).OfContext(model.Info, options);
        }

        context.KeepAlive(handle, pool, abort, tapHandle);
        Native.llama_attach_threadpool(context, pool, pool);
        var ranks = Native.llama_pooling_type(context) == RankPooling;
        var width = ranks ? (int)Native.llama_model_n_cls_out(handle) : model.Info.EmbeddingLength;
        return new(context, tap, abort, model, options, width);
    }

    public void BeginBatch() => _tap?.Open();

    public ExceptionDispatchInfo? EndBatch() => _tap?.Close();

    public int Compute(NativeBatch batch, out string errors)
    {
        fixed (int* tokens = batch.Tokens)
        fixed (int* positions = batch.Positions)
        fixed (int* sequences = batch.Sequences)
        fixed (int* counts = _sequenceCounts)
        fixed (nint* pointers = _sequencePointers)
        fixed (bool* outputs = batch.Outputs)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                pointers[i] = (nint)(sequences + i);
            }

            NativeLog.BeginErrors();
            var status = Native.llama_decode(_context, new()
            {
                TokenCount = batch.Count,
                Tokens = tokens,
                Positions = positions,
                SequenceCounts = counts,
                Sequences = (int**)pointers,
                Outputs = (sbyte*)outputs,
            });
            errors = NativeLog.EndErrors();
            return status;
        }
    }

    public ReadOnlySpan<float> GetLogits(int index)
    {
        var logits = Native.llama_get_logits_ith(_context, index);
        return logits is null ? [] : new(logits, _vocabularySize);
    }

    public ReadOnlySpan<float> GetEmbedding(int sequence)
    {
        var embedding = Native.llama_get_embeddings_seq(_context, sequence);
        return embedding is null ? [] : new(embedding, EmbeddingLength);
    }

    public bool Remove(int sequence, int start, int end) => Native.llama_memory_seq_rm(_memory, sequence, start, end);

    public void Move(int sequence, int start, int distance) =>
        Native.llama_memory_seq_add(_memory, sequence, start, All, distance);

    public void Share(int source, int destination, int length) =>
        Native.llama_memory_seq_cp(_memory, source, destination, 0, length);

    public int FirstPosition(int sequence) => Native.llama_memory_seq_pos_min(_memory, sequence);

    public int LastPosition(int sequence) => Native.llama_memory_seq_pos_max(_memory, sequence);

    public long StateSize(int sequence) => (long)Native.llama_state_seq_get_size_ext(_context, sequence, 0);

    public bool GetState(int sequence, Span<byte> destination, out string errors)
    {
        fixed (byte* first = destination)
        {
            NativeLog.BeginErrors();
            var size = (nuint)destination.Length;
            var written = Native.llama_state_seq_get_data_ext(_context, first, size, sequence, 0);
            errors = NativeLog.EndErrors();
            return written == size;
        }
    }

    public bool SetState(int sequence, ReadOnlySpan<byte> state, out string errors)
    {
        fixed (byte* first = state)
        {
            NativeLog.BeginErrors();
            var size = (nuint)state.Length;
            var read = Native.llama_state_seq_set_data_ext(_context, first, size, sequence, 0);
            errors = NativeLog.EndErrors();
            return read == size;
        }
    }

    public void Dispose() => _context.Dispose();

    /// <summary>Where threads and memory are to be, or why they cannot.</summary>
    private static CpuPlacement Place(LlamaModel model, DecoderOptions options, CpuPlacement cpu, int threads)
    {
        PlacementGuard.Check(cpu, threads, nameof(options));
        PlacementGuard.ThrowIfNoRoom("create decoder", cpu, model.Offload, MemoryEstimate.Of(model.Info, options).DecoderBytes);
        NumaChoice.Make("create decoder", cpu);
        return CpuTopology.Current.Spread(cpu, threads);
    }

    private static ActivationTap? CreateTap(DecoderOptions options, AbortFlag abort) =>
        options.Activations is not { } observer ? null : new(
            observer,
            TensorHandshake.Verify(NativeLibraries.Folder),
            () => abort.HasFailed = true);

    private static LlamaContextParams Parameters(
        LlamaModel model, DecoderOptions options, ContextSizes sizes, AbortFlag abort, GCHandle tap)
    {
        var parameters = Native.llama_context_default_params();
        parameters.ContextSize = sizes.Cells;
        parameters.BatchSize = sizes.Batch;
        parameters.MicroBatchSize = sizes.MicroBatch;
        parameters.OutputsMax = sizes.Outputs;
        parameters.KvUnified = sizes.IsShared ? (byte)1 : (byte)0;
        parameters.SequenceMax = (uint)options.SequenceCount;
        parameters.TypeK = (int)ContextSizes.Stored(options.KeyCacheType);
        parameters.TypeV = (int)ContextSizes.Stored(options.ValueCacheType);
        parameters.FlashAttentionType = options.FlashAttention switch
        {
            FlashAttention.On => 1,
            FlashAttention.Off => 0,
            _ => -1,
        };
        parameters.OffloadKqv = options.KvOnDevice ? (byte)1 : (byte)0;
        parameters.Threads = options.Threads;
        parameters.BatchThreads = options.BatchThreads;
        parameters.AbortCallback = &OnAbortCheck;
        parameters.AbortCallbackData = abort.Address;
        if (tap.IsAllocated)
        {
            parameters.EvalCallback = &ActivationTap.OnStep;
            parameters.EvalCallbackUserData = GCHandle.ToIntPtr(tap);
        }

        // What a window has passed is not rewound to, so it need not be kept.
        parameters.SwaFull = 0;
        if (options.Embeddings)
        {
            parameters.Embeddings = 1;
            parameters.PoolingType = model.PoolsByItself ? parameters.PoolingType : MeanPooling;
        }

        return parameters;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnAbortCheck(nint flag) => AbortFlag.ShouldStop(ref *(int*)flag) ? (byte)1 : (byte)0;
}
