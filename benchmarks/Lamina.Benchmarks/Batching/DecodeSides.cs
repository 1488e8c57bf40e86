using Lamina.Runtime;
using Lamina.Sequences;

namespace Lamina.Benchmarks.Batching;

/// <summary>The same prompts in a bare loop and in an engine of the same sizes, to be decoded on from.</summary>
internal sealed class DecodeSides : IDisposable
{
    private const int ContextSize = 384;

    private readonly BareLoop _bare;
    private readonly IInferenceEngine _engine;
    private readonly SequenceGroup _group;
    private readonly IReadOnlyList<SequenceState> _states;
    private int[]? _last;

    private DecodeSides(
        BareLoop bare, IInferenceEngine engine, SequenceGroup group, IReadOnlyList<SequenceState> states)
    {
        _bare = bare;
        _engine = engine;
        _group = group;
        _states = states;
    }

    public static async Task<DecodeSides> OpenAsync(Bench bench, int streams, KvLayout layout) =>
        await OpenAsync(bench, await bench.States.GetAsync(streams), layout);

    /// <summary>On prompts that are computed already, a stream for each.</summary>
    public static async Task<DecodeSides> OpenAsync(Bench bench, IReadOnlyList<SequenceState> states, KvLayout layout)
    {
        var options = bench.Options(states.Count, ContextSize, layout);
        var engine = await bench.OpenEngineAsync(options);
        var group = await SequenceGroup.OpenAsync(engine, states, PromptStates.Length);
        return new(new(bench.Model, options), engine, group, states);
    }

    /// <summary>Tokens a second of the bare loop.</summary>
    public Task<double> BareAsync(int tokens)
    {
        var first = _bare.Continue(BeginBare(), 1);
        return Task.FromResult(
            (tokens - 1) * _states.Count / Turns.Seconds(() => _bare.Continue(first, tokens - 1)));
    }

    /// <summary>Tokens a second of the engine.</summary>
    public async Task<double> EngineAsync(int tokens) => (await _group.DecodeAsync(tokens)).TokensPerSecond;

    /// <summary>Lets both take a step or two.</summary>
    public async Task WarmUpAsync()
    {
        await BareAsync(2);
        await _group.DecodeAsync(2);
    }

    public void Dispose()
    {
        _group.Dispose();
        _engine.Dispose();
        _bare.Dispose();
    }

    /// <summary>Puts the bare loop to the ends of the prompts: from their states at first, and where it cannot go back.</summary>
    /// <returns>The last token of each, which is not computed yet.</returns>
    private int[] BeginBare()
    {
        if (_last is null || !_bare.TryRewind(_last.Length, PromptStates.Length - 1))
        {
            _last = _bare.Load(_states);
        }

        return _last;
    }
}
