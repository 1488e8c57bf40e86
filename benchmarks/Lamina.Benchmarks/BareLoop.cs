using System.Numerics.Tensors;
using Lamina.Runtime;
using Lamina.Sequences;

namespace Lamina.Benchmarks;

/// <summary>
/// The baseline: a decoder of the same sizes with nothing around it. Prompts in full batches, then a token of each
/// sequence in each step, the largest logit.
/// </summary>
internal sealed class BareLoop : IDisposable
{
    private readonly DecoderThread _thread;
    private readonly DecodeBatch _batch;
    private readonly ILanguageModel? _owned;

    /// <summary>Makes a decoder of the sizes that an engine of these options has.</summary>
    public BareLoop(ILanguageModel model, EngineOptions options)
    {
        var sizes = DecoderPlan.Create(model.Info, options, embeddings: false);
        _thread = new(model, sizes);
        _batch = new(sizes.BatchSize);
    }

    private BareLoop(ILanguageModel model, EngineOptions options, bool owns)
        : this(model, options)
    {
        _owned = owns ? model : null;
    }

    /// <summary>Loads a model for one sequence.</summary>
    public static async Task<BareLoop> OpenAsync(string path, int contextSize, int threads) => new(
        await new LlamaCpp.LlamaCppRuntime().LoadAsync(path),
        new() { ContextSize = contextSize, MaxSequences = 1, Threads = threads },
        owns: true);

    /// <summary>Computes prompts, each in a sequence of its own, and finds the token after each.</summary>
    public int[] Prefill(params int[][] prompts) => _thread.Run(decoder =>
    {
        var next = new int[prompts.Length];
        for (var sequence = 0; sequence < prompts.Length; sequence++)
        {
            decoder.Clear(sequence);
        }

        for (var sequence = 0; sequence < prompts.Length; sequence++)
        {
            var prompt = prompts[sequence];
            for (var i = 0; i < prompt.Length; i++)
            {
                _batch.Add(prompt[i], i, sequence, output: i == prompt.Length - 1);
                if (_batch.Count == _batch.Capacity)
                {
                    Compute(decoder, next);
                }
            }
        }

        Compute(decoder, next);
        return next;
    });

    /// <summary>Goes on for a number of steps, from the last token of each sequence, which is not computed yet.</summary>
    public int[] Continue(int[] tokens, int count) => _thread.Run(decoder =>
    {
        int[] next = [.. tokens];
        for (var step = 0; step < count; step++)
        {
            for (var sequence = 0; sequence < next.Length; sequence++)
            {
                _batch.Add(next[sequence], decoder.GetLength(sequence), sequence, output: true);
            }

            Compute(decoder, next);
        }

        return next;
    });

    /// <summary>Puts states in the place of prompts.</summary>
    /// <returns>The last token of each, which is not computed yet.</returns>
    public int[] Load(IReadOnlyList<SequenceState> states) => _thread.Run(decoder =>
    {
        for (var sequence = 0; sequence < states.Count; sequence++)
        {
            decoder.Clear(sequence);
        }

        var last = new int[states.Count];
        for (var sequence = 0; sequence < states.Count; sequence++)
        {
            var state = states[sequence];
            if (!decoder.LoadState(sequence, state.Block.Bytes.Span, state.ComputedCount))
            {
                throw new InvalidOperationException($"State {sequence} found no room.");
            }

            decoder.Truncate(sequence, Math.Min(state.ComputedCount, state.Tokens.Length - 1));
            last[sequence] = state.Tokens[^1];
        }

        return last;
    });

    /// <summary>Cuts the first sequences back to a length, where all of them can be.</summary>
    public bool TryRewind(int sequences, int length) => _thread.Run(decoder =>
    {
        var all = Enumerable.Range(0, sequences);
        if (!all.All(sequence => decoder.CanTruncate(sequence, length)))
        {
            return false;
        }

        foreach (var sequence in all)
        {
            decoder.Truncate(sequence, length);
        }

        return true;
    });

    /// <summary>Does something else with the decoder.</summary>
    public T Run<T>(Func<IDecoder, T> work) => _thread.Run(work);

    public void Dispose()
    {
        _thread.Dispose();
        _owned?.Dispose();
    }

    private void Compute(IDecoder decoder, int[] next)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var status = decoder.Decode(_batch);
        if (status != DecodeStatus.Success)
        {
            throw new InvalidOperationException($"A batch of {_batch.Count} tokens ended with {status}.");
        }

        for (var i = 0; i < _batch.Count; i++)
        {
            if (_batch.Outputs[i])
            {
                next[_batch.Sequences[i]] = TensorPrimitives.IndexOfMax(decoder.GetLogits(i));
            }
        }

        _batch.Clear();
    }
}
