namespace Lamina.Bindings;

/// <summary>Tokens in the order in which native code computes them.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="positions">Each one's position.</param>
/// <param name="sequences">Each one's sequence.</param>
/// <param name="outputs">Whether something is wanted of each: its logits, or that it is pooled.</param>
internal readonly ref struct NativeBatch(
    ReadOnlySpan<int> tokens, ReadOnlySpan<int> positions, ReadOnlySpan<int> sequences, ReadOnlySpan<bool> outputs)
{
    /// <summary>The tokens.</summary>
    public ReadOnlySpan<int> Tokens { get; } = tokens;

    /// <summary>Each one's position.</summary>
    public ReadOnlySpan<int> Positions { get; } = positions;

    /// <summary>Each one's sequence.</summary>
    public ReadOnlySpan<int> Sequences { get; } = sequences;

    /// <summary>Whether something is wanted of each.</summary>
    public ReadOnlySpan<bool> Outputs { get; } = outputs;

    /// <summary>How many there are.</summary>
    public int Count => Tokens.Length;
}
