using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.LlamaCpp;

/// <summary>A native context with its thread pool, its batch buffers and its abort flag.</summary>
internal sealed unsafe class LlamaDecoder : IDecoder
{
    private const int MeanPooling = 1;
    private const int RankPooling = 4;

    private readonly ContextHandle _context;
    private readonly nint _memory;
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

    private LlamaDecoder(ContextHandle context, int[] abortFlag, LlamaModel model, DecoderOptions options, int width)
    {
        _context = context;
        _abortFlag = abortFlag;
        _memory = Native.llama_get_memory(context);
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

        _lengths = new int[options.SequenceCount];
        _inBatch = new bool[options.SequenceCount];
    }

    public DecoderOptions Options { get; }

    public int EmbeddingLength { get; }

    public static LlamaDecoder Create(ModelHandle handle, LlamaModel model, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Fault.Throw(options.Faults(), nameof(options));
        var abortFlag = Pinned<int>(1);
        var parameters = Parameters(model, options, abortFlag);
        using var pool = ThreadPoolHandle.Create(Math.Max(options.Threads, options.BatchThreads));
        NativeLog.BeginErrors();
        var context = Native.llama_init_from_model(handle, parameters);
        var errors = NativeLog.EndErrors();
        if (context.IsInvalid)
        {
            throw new LaminaException("create decoder", $"llama.cpp could not create a context of "
                + $"{options.SequenceCount} × {options.ContextSize} tokens for '{model.Info.Name}'. "
                + $"It said: {(errors.Length > 0 ? errors : "nothing")}");
        }

        context.KeepAlive(handle, pool, abortFlag);
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
        return new(context, abortFlag, model, options, width);
    }

    public DecodeStatus Decode(DecodeBatch batch)
    {
        ThrowIfElsewhere();
        ArgumentNullException.ThrowIfNull(batch);
        Check(batch);
        batch.Tokens.CopyTo(_tokens);
        batch.Positions.CopyTo(_positions);
        batch.Sequences.CopyTo(_sequences);
        for (var i = 0; i < batch.Count; i++)
        {
            // Pooling reads every token; logits are wanted of some.
            _outputs[i] = Options.Embeddings || batch.Outputs[i] ? (sbyte)1 : (sbyte)0;
        }

        NativeLog.BeginErrors();
        var status = Native.llama_decode(_context, new()
        {
            TokenCount = batch.Count,
            Tokens = Address(_tokens),
            Positions = Address(_positions),
            SequenceCounts = Address(_sequenceCounts),
            Sequences = (int**)Marshal.UnsafeAddrOfPinnedArrayElement(_sequencePointers, 0),
            Outputs = (sbyte*)Marshal.UnsafeAddrOfPinnedArrayElement(_outputs, 0),
        });
        var errors = NativeLog.EndErrors();
        switch (status)
        {
            case 0:
                Accept(batch);
                return DecodeStatus.Success;
            case 1:
                return DecodeStatus.NoRoom;
            case 2:
                return DecodeStatus.Aborted;
            default:
                throw new LaminaException("decode", $"llama.cpp could not compute a batch of {batch.Count} tokens "
                    + $"(status {status}). It said: {(errors.Length > 0 ? errors : "nothing")}", status);
        }
    }

    public ReadOnlySpan<float> GetLogits(int index)
    {
        ThrowIfElsewhere();
        if ((uint)index >= (uint)_batchCount || Options.Embeddings || _outputs[index] == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, "That token of the last batch has no logits.");
        }

        var logits = Native.llama_get_logits_ith(_context, index);
        return logits is null
            ? throw new LaminaException("decode", $"llama.cpp kept no logits of token {index} of the batch.")
            : new(logits, _vocabularySize);
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

    public void Clear(int sequence)
    {
        ThrowIfElsewhere();
        ThrowIfNoSequence(sequence, nameof(sequence));
        _lengths[sequence] = 0;
        if (_memory != 0)
        {
            Native.llama_memory_seq_rm(_memory, sequence, -1, -1);
        }
    }

    public string StateFormat => throw new NotImplementedException();

    public bool CanShift => throw new NotImplementedException();

    public int GetLength(int sequence) => throw new NotImplementedException();

    public bool CanTruncate(int sequence, int length) => throw new NotImplementedException();

    public void Truncate(int sequence, int length) => throw new NotImplementedException();

    public void RemoveRange(int sequence, int start, int count) => throw new NotImplementedException();

    public void Share(int source, int destination, int length) => throw new NotImplementedException();

    public long GetStateSize(int sequence) => throw new NotImplementedException();

    public void SaveState(int sequence, Span<byte> destination) => throw new NotImplementedException();

    public bool LoadState(int sequence, Span<byte> state, int length) => throw new NotImplementedException();

    public void Abort() => Volatile.Write(ref _abortFlag[0], 1);

    public void ResetAbort() => Volatile.Write(ref _abortFlag[0], 0);

    public void Dispose() => _context.Dispose();

    private static LlamaContextParams Parameters(LlamaModel model, DecoderOptions options, int[] abortFlag)
    {
        var parameters = Native.llama_context_default_params();
        parameters.ContextSize = checked((uint)options.ContextSize * (uint)options.SequenceCount);
        parameters.BatchSize = (uint)options.BatchSize;
        parameters.MicroBatchSize = (uint)options.MicroBatchSize;
        parameters.SequenceMax = (uint)options.SequenceCount;
        parameters.OutputsMax = (uint)options.OutputLimit;
        parameters.Threads = options.Threads;
        parameters.BatchThreads = options.BatchThreads;
        parameters.AbortCallback = &OnAbortCheck;
        parameters.AbortCallbackData = Marshal.UnsafeAddrOfPinnedArrayElement(abortFlag, 0);
        if (options.Embeddings)
        {
            // A sequence that is cut between streams is pooled wrongly, so all of them share the cells of one.
            parameters.Embeddings = 1;
            parameters.KvUnified = 1;
            parameters.ContextSize = (uint)options.ContextSize;
            parameters.OutputsMax = 0;
            parameters.PoolingType = model.PoolsByItself ? parameters.PoolingType : MeanPooling;
        }

        return parameters;
    }

    /// <summary>Refuses every batch that llama.cpp would answer by ending the process.</summary>
    private void Check(DecodeBatch batch)
    {
        if (batch.Count == 0 || batch.Count > Options.BatchSize)
        {
            throw new ArgumentException(
                $"The batch has {batch.Count} tokens; 1 to {Options.BatchSize} can be computed.", nameof(batch));
        }

        if (!Options.Embeddings && batch.OutputCount > Options.OutputLimit)
        {
            throw new ArgumentException(
                $"The batch wants logits of {batch.OutputCount} tokens; {Options.OutputLimit} are kept at the most.",
                nameof(batch));
        }

        Array.Clear(_inBatch);
        _batchCount = 0;
        Span<int> next = stackalloc int[Options.SequenceCount];
        _lengths.CopyTo(next);
        for (var i = 0; i < batch.Count; i++)
        {
            var (token, sequence, position) = (batch.Tokens[i], batch.Sequences[i], batch.Positions[i]);
            if ((uint)token >= (uint)_vocabularySize)
            {
                throw new ArgumentException(
                    $"Token {i} of the batch is {token}; the model's tokens go from 0 to {_vocabularySize - 1}.",
                    nameof(batch));
            }

            ThrowIfNoSequence(sequence, nameof(batch));
            if (position != next[sequence]++ || position >= Options.ContextSize)
            {
                throw new ArgumentException(
                    $"Token {i} of the batch is at position {position} of sequence {sequence}; its next is "
                    + $"{next[sequence] - 1} and its last {Options.ContextSize - 1}.",
                    nameof(batch));
            }

            _inBatch[sequence] = true;
        }
    }

    private void Accept(DecodeBatch batch)
    {
        _batchCount = batch.Count;
        foreach (var sequence in batch.Sequences)
        {
            _lengths[sequence]++;
        }
    }

    private void ThrowIfNoSequence(int sequence, string argument)
    {
        if ((uint)sequence >= (uint)_lengths.Length)
        {
            throw new ArgumentOutOfRangeException(
                argument, sequence, $"Sequences go from 0 to {_lengths.Length - 1}.");
        }
    }

    private void ThrowIfElsewhere()
    {
        ObjectDisposedException.ThrowIf(_context.IsClosed, this);
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("A decoder may be used on the thread that created it, and no other.");
        }
    }

    private static T[] Pinned<T>(int length) => GC.AllocateArray<T>(length, pinned: true);

    private static int* Address(int[] pinned) => (int*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnAbortCheck(nint flag) => Volatile.Read(ref *(int*)flag) != 0 ? (byte)1 : (byte)0;
}
