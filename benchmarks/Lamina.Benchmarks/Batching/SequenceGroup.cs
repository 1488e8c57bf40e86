using Lamina.Sequences;

namespace Lamina.Benchmarks.Batching;

/// <summary>Sequences of an engine that stand ready after their prompts, to be continued again and again.</summary>
internal sealed class SequenceGroup : IDisposable
{
    private readonly IReadOnlyList<ISequence> _sequences;
    private readonly int _length;

    private SequenceGroup(IReadOnlyList<ISequence> sequences, int length)
    {
        _sequences = sequences;
        _length = length;
    }

    /// <summary>Opens a sequence on the first tokens of each state.</summary>
    public static async Task<SequenceGroup> OpenAsync(
        IInferenceEngine engine, IReadOnlyList<SequenceState> states, int length)
    {
        var sequences = new List<ISequence>();
        foreach (var state in states)
        {
            sequences.Add(await engine.OpenSequenceAsync());
            sequences[^1].SetState(state);
        }

        return new(sequences, length);
    }

    /// <summary>Generates so many tokens on each, and goes back.</summary>
    public async Task<Timeline> DecodeAsync(int tokens)
    {
        foreach (var sequence in _sequences)
        {
            sequence.Rewind(_length);
        }

        var options = Bench.Greedy(tokens);
        return await Timeline.ReadAsync(_sequences.Select(sequence => sequence.GenerateAsync(options)));
    }

    public void Dispose()
    {
        foreach (var sequence in _sequences)
        {
            sequence.Dispose();
        }
    }
}
