using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;

namespace Lamina.Benchmarks;

/// <summary>
/// The baseline: llama.cpp through the same bindings with nothing around it. One sequence, a batch of its own, the
/// largest logit.
/// </summary>
internal sealed unsafe class BareLoop : IDisposable
{
    private readonly ModelHandle _model;
    private readonly ContextHandle _context;
    private readonly ThreadPoolHandle _pool;
    private readonly nint _memory;
    private readonly int _vocabularySize;
    private readonly int[] _tokens;

    public BareLoop(string path, int contextSize, int threads)
    {
        NativeLibraries.Load(null);
        _model = Native.llama_model_load_from_file(path, Native.llama_model_default_params());
        var parameters = Native.llama_context_default_params();
        parameters.ContextSize = (uint)contextSize;
        parameters.BatchSize = 2048;
        parameters.Threads = parameters.BatchThreads = threads;
        _context = Native.llama_init_from_model(_model, parameters);
        _pool = ThreadPoolHandle.Create(threads);
        _context.KeepAlive(_model, _pool, []);
        Native.llama_attach_threadpool(_context, _pool, _pool);
        _memory = Native.llama_get_memory(_context);
        _vocabularySize = Native.llama_vocab_n_tokens(Native.llama_model_get_vocab(_model));
        _tokens = GC.AllocateArray<int>(contextSize, pinned: true);
    }

    /// <summary>Computes a prompt and finds the token after it.</summary>
    public int Prefill(ReadOnlySpan<int> prompt)
    {
        Native.llama_memory_seq_rm(_memory, -1, -1, -1);
        prompt.CopyTo(_tokens);
        return Decode(prompt.Length);
    }

    /// <summary>Goes on for a number of tokens.</summary>
    public int Continue(int token, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _tokens[0] = token;
            token = Decode(1);
        }

        return token;
    }

    public void Dispose()
    {
        _context.Dispose();
        _pool.Dispose();
        _model.Dispose();
    }

    private int Decode(int count)
    {
        var status = Native.llama_decode(_context, new()
        {
            TokenCount = count,
            Tokens = (int*)Marshal.UnsafeAddrOfPinnedArrayElement(_tokens, 0),
        });
        return status == 0
            ? TensorPrimitives.IndexOfMax(new ReadOnlySpan<float>(
                Native.llama_get_logits_ith(_context, -1), _vocabularySize))
            : throw new InvalidOperationException($"llama_decode returned {status}.");
    }
}
