namespace Lamina.Runtime;

/// <summary>Tokens of one or many sequences that are computed together. Made once and filled anew for each step.</summary>
/// <remarks>Not safe for use from several threads.</remarks>
public sealed class DecodeBatch
{
    private readonly int[] _tokens;
    private readonly int[] _positions;
    private readonly int[] _sequences;
    private readonly bool[] _outputs;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="capacity">The most tokens that it can hold; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
    public DecodeBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _tokens = new int[capacity];
        _positions = new int[capacity];
        _sequences = new int[capacity];
        _outputs = new bool[capacity];
    }

    /// <summary>The most tokens that it can hold.</summary>
    public int Capacity => _tokens.Length;

    /// <summary>Number of tokens in it.</summary>
    public int Count { get; private set; }

    /// <summary>Number of tokens in it whose logits are wanted.</summary>
    public int OutputCount { get; private set; }

    /// <summary>The tokens.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Each token's position in its sequence, from 0.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>Each token's sequence.</summary>
    public ReadOnlySpan<int> Sequences => _sequences.AsSpan(0, Count);

    /// <summary>Whether each token's logits are wanted.</summary>
    public ReadOnlySpan<bool> Outputs => _outputs.AsSpan(0, Count);

    /// <summary>Adds a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="position">Its position in its sequence.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="output">Whether its logits are wanted.</param>
    /// <returns>Its index in the batch.</returns>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public int Add(int token, int position, int sequence, bool output)
    {
        if (Count == Capacity)
        {
            throw new InvalidOperationException($"The batch already holds the {Capacity} tokens that it was made for.");
        }

        _tokens[Count] = token;
        _positions[Count] = position;
        _sequences[Count] = sequence;
        _outputs[Count] = output;
        OutputCount += output ? 1 : 0;
        return Count++;
    }

    /// <summary>Empties the batch.</summary>
    public void Clear() => Count = OutputCount = 0;
}
