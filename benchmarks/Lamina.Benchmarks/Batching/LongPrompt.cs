using Lamina.Runtime;
using Lamina.Sequences;

namespace Lamina.Benchmarks.Batching;

/// <summary>A long prompt, and how long a bare decoder takes for it: once in each round, for all measurements.</summary>
internal sealed class LongPrompt(Bench bench) : IDisposable
{
    public const int Length = 2000;

    /// <summary>Room for the prompt and a few tokens.</summary>
    public const int ContextSize = 2304;

    private readonly List<double> _prefillSeconds = [];
    private int[]? _tokens;
    private SequenceState? _state;

    /// <summary>Seconds of the prefill in a round.</summary>
    /// <param name="round">From 0.</param>
    public double PrefillSeconds(int round)
    {
        while (_prefillSeconds.Count <= round)
        {
            using var bare = new BareLoop(bench.Model, bench.Options(1, ContextSize));
            bare.Prefill(bench.NewPrompt(16));
            _tokens ??= bench.NewPrompt(Length);
            _prefillSeconds.Add(Turns.Seconds(() => bare.Prefill(_tokens)));
            _state ??= bare.Run(decoder => Save(decoder, bench.Model.Info.Fingerprint, _tokens));
            bench.Report.Say(FormattableString.Invariant(
                $"prefill of {Length} tokens, round {_prefillSeconds.Count}: {_prefillSeconds[^1]:F2} s"));
        }

        return _prefillSeconds[round];
    }

    /// <summary>The prompt's state, computed whole.</summary>
    public SequenceState GetState()
    {
        PrefillSeconds(0);
        return _state!;
    }

    public void Dispose() => _state?.Dispose();

    private static SequenceState Save(IDecoder decoder, string fingerprint, int[] tokens)
    {
        var block = new StateBlock(fingerprint, decoder.StateFormat, tokens, (int)decoder.GetStateSize(0));
        decoder.SaveState(0, block.Bytes.Span);
        return new(block, [.. tokens]);
    }
}
