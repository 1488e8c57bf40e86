using System.Numerics.Tensors;
using Lamina.LlamaCpp;
using Lamina.LlamaCpp.Interop;

namespace Lamina.Benchmarks.Suite;

/// <summary>llama.cpp's own way from a file to a token: the load functions of <c>llama.h</c>, and nothing else.</summary>
internal static unsafe class BareLoad
{
    /// <summary>Loads a model, computes one token, and finds the one after it.</summary>
    public static int FirstToken(string path, int token, int contextSize, int threads)
    {
        _ = new LlamaCppRuntime().Description; // loads the libraries
        var modelParameters = Native.llama_model_default_params();
        modelParameters.GpuLayers = 0;
        using var model = Native.llama_model_load_from_file(path, modelParameters);
        if (model.IsInvalid)
        {
            throw new InvalidOperationException($"llama.cpp does not load '{path}'.");
        }

        var parameters = Native.llama_context_default_params();
        (parameters.ContextSize, parameters.SequenceMax) = ((uint)contextSize, 1);
        (parameters.Threads, parameters.BatchThreads) = (threads, threads);
        using var context = Native.llama_init_from_model(model, parameters);
        if (context.IsInvalid)
        {
            throw new InvalidOperationException($"llama.cpp makes no context for '{path}'.");
        }

        // Positions, sequence and outputs that are not given are the next, the first and the last.
        var status = Native.llama_decode(context, new() { TokenCount = 1, Tokens = &token });
        return status == 0
            ? TensorPrimitives.IndexOfMax(new ReadOnlySpan<float>(
                Native.llama_get_logits_ith(context, -1), Native.llama_vocab_n_tokens(Native.llama_model_get_vocab(model))))
            : throw new InvalidOperationException($"A batch of one token ended with {status}.");
    }
}
