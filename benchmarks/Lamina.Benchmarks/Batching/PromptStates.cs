using Lamina.Runtime;
using Lamina.Sequences;

namespace Lamina.Benchmarks.Batching;

/// <summary>
/// Distinct prompts that are computed once: what is timed is the decode after them, on every side and in every round
/// from the same states.
/// </summary>
internal sealed class PromptStates(Bench bench) : IDisposable
{
    /// <summary>Tokens of each.</summary>
    public const int Length = 256;

    private readonly List<SequenceState> _states = [];

    /// <summary>So many of them.</summary>
    public async Task<IReadOnlyList<SequenceState>> GetAsync(int count)
    {
        if (_states.Count < count)
        {
            bench.Report.Say($"computing {count - _states.Count} prompts of {Length} tokens");
            using var engine = await bench.OpenEngineAsync(
                bench.Options(count - _states.Count, Length, KvLayout.PerSequence));
            _states.AddRange(await Task.WhenAll(Enumerable.Range(0, count - _states.Count).Select(_ => ReadAsync(engine))));
        }

        return _states.GetRange(0, count);
    }

    public void Dispose() => _states.ForEach(state => state.Dispose());

    private async Task<SequenceState> ReadAsync(IInferenceEngine engine)
    {
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync(bench.NewTokens(Length));
        return await sequence.GetStateAsync();
    }
}
