using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Lamina.Bindings;
using Lamina.Runtime;
using LLama.Native;

namespace Lamina.LLamaSharp;

/// <summary>A context of LLamaSharp's, with its abort flag.</summary>
internal sealed unsafe class LLamaSharpContext : INativeContext
{
    private const int RankPooling = 4;
    private const int All = -1;

    /// <summary>Magic number and id, which is all that a state has of a model that keeps nothing.</summary>
    private const int StateHeaderBytes = 2 * sizeof(int);

    /// <summary>Tokens that a batch of LLamaSharp's has room for without growing.</summary>
    private const int SmallBatch = 128;

    private readonly SafeLLamaContextHandle _context;
    private readonly LLamaSharpModel _model;

    // A batch is pinned as far as it has ever grown, so that single tokens have one that stays small.
    private readonly LLamaBatch _small = new();
    private readonly LLamaBatch _large = new();

    private LLamaSharpContext(
        SafeLLamaContextHandle context, AbortFlag abort, LLamaSharpModel model, DecoderOptions options, ContextSizes sizes)
    {
        _context = context;
        _model = model;
        Abort = abort;
        HasMemory = StateSize(0) > StateHeaderBytes;
        StreamCells = context.ContextSize / (sizes.IsShared ? 1 : options.SequenceCount);
        EmbeddingLength = model.Pooling == RankPooling ? model.ClassCount : model.Info.EmbeddingLength;
    }

    public string Library => "LLamaSharp";

    // A release of LLamaSharp is told by its module, since nothing else in it says which one it is.
    public string StateKind { get; } = $"LLamaSharp {typeof(LLamaBatch).Module.ModuleVersionId.ToString("N")[..8]} sequence 1";

    public bool IsDisposed => _context.IsClosed;

    public AbortFlag Abort { get; }

    public bool HasMemory { get; }

    public long StreamCells { get; }

    public bool CanMove => _context.MemoryCanShift;

    public int EmbeddingLength { get; }

    public static LLamaSharpContext Create(SafeLlamaModelHandle handle, LLamaSharpModel model, DecoderOptions options)
    {
        var sizes = ContextSizes.Of(model.Info, options);
        Unsupported.ThrowIfAsked(options);
        var abort = new AbortFlag();
        NativeLog.BeginErrors();
        var context = SafeLLamaContextHandle.Create(handle, Parameters(model, options, sizes, abort));
        var errors = NativeLog.EndErrors();
        if (context.IsInvalid)
        {
            // LLamaSharp holds the model for a context that there is not.
            handle.DangerousRelease();
            throw new NativeFailure("LLamaSharp", model.Offload, errors).OfContext(model.Info, options);
        }

        return new(context, abort, model, options, sizes);
    }

    public void BeginBatch()
    {
    }

    public ExceptionDispatchInfo? EndBatch() => null;

    public int Compute(NativeBatch batch, out string errors)
    {
        var target = batch.Count > SmallBatch ? _large : _small;
        target.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            target.Add(batch.Tokens[i], batch.Positions[i], (LLamaSeqId)batch.Sequences[i], batch.Outputs[i]);
        }

        NativeLog.BeginErrors();
        var status = _context.Decode(target);
        errors = NativeLog.EndErrors();
        return (int)status;
    }

    public ReadOnlySpan<float> GetLogits(int index) => _context.GetLogitsIth(index);

    public ReadOnlySpan<float> GetEmbedding(int sequence)
    {
        // LLamaSharp takes every embedding to be as long as the model is wide, and null to be one.
        ref var first = ref MemoryMarshal.GetReference(_context.GetEmbeddingsSeq((LLamaSeqId)sequence));
        return Unsafe.IsNullRef(ref first) ? [] : MemoryMarshal.CreateReadOnlySpan(ref first, EmbeddingLength);
    }

    public bool Remove(int sequence, int start, int end)
    {
        _context.MemorySequenceRemove((LLamaSeqId)sequence, start, end);
        return end >= 0 || LastPosition(sequence) < start;
    }

    public void Move(int sequence, int start, int distance) =>
        _context.MemorySequenceAdd((LLamaSeqId)sequence, start, All, distance);

    public void Share(int source, int destination, int length) =>
        _context.MemorySequenceCopy((LLamaSeqId)source, (LLamaSeqId)destination, 0, length);

    public int FirstPosition(int sequence) => (int)_context.MemorySequenceMinPosition((LLamaSeqId)sequence);

    public int LastPosition(int sequence) => (int)_context.MemorySequenceMaxPosition((LLamaSeqId)sequence);

    public long StateSize(int sequence) => (long)_context.GetStateSize((LLamaSeqId)sequence);

    public bool GetState(int sequence, Span<byte> destination, out string errors)
    {
        fixed (byte* first = destination)
        {
            NativeLog.BeginErrors();
            var written = _context.GetState(first, (nuint)destination.Length, (LLamaSeqId)sequence);
            errors = NativeLog.EndErrors();
            return written == (nuint)destination.Length;
        }
    }

    public bool SetState(int sequence, ReadOnlySpan<byte> state, out string errors)
    {
        fixed (byte* first = state)
        {
            NativeLog.BeginErrors();
            var read = _context.SetState(first, (nuint)state.Length, (LLamaSeqId)sequence);
            errors = NativeLog.EndErrors();
            return read == (nuint)state.Length;
        }
    }

    public void Dispose()
    {
        if (!_context.IsClosed)
        {
            _context.Dispose();
            _model.Release();
        }
    }

    private static LLamaContextParams Parameters(
        LLamaSharpModel model, DecoderOptions options, ContextSizes sizes, AbortFlag abort)
    {
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = sizes.Cells;
        parameters.n_batch = sizes.Batch;
        parameters.n_ubatch = sizes.MicroBatch;
        parameters.n_outputs_max = sizes.Outputs;
        parameters.kv_unified = sizes.IsShared;
        parameters.n_seq_max = (uint)options.SequenceCount;
        parameters.type_k = (GGMLType)ContextSizes.Stored(options.KeyCacheType);
        parameters.type_v = (GGMLType)ContextSizes.Stored(options.ValueCacheType);
        parameters.llama_flash_attn_type = options.FlashAttention switch
        {
            FlashAttention.On => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_ENABLED,
            FlashAttention.Off => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_DISABLED,
            _ => LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_AUTO,
        };
        parameters.offload_kqv = options.KvOnDevice;
        parameters.n_threads = options.Threads;
        parameters.n_threads_batch = options.BatchThreads;
        parameters.abort_callback = (nint)(delegate* unmanaged[Cdecl]<nint, byte>)&OnAbortCheck;
        parameters.abort_callback_user_data = abort.Address;

        // What a window has passed is not rewound to, so it need not be kept.
        parameters.swa_full = false;
        if (options.Embeddings)
        {
            parameters.embeddings = true;
            parameters.llama_pooling_type = model.Pooling > 0 ? parameters.llama_pooling_type : LLamaPoolingType.Mean;
        }

        return parameters;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnAbortCheck(nint flag) => AbortFlag.ShouldStop(ref *(int*)flag) ? (byte)1 : (byte)0;
}
