using System.Buffers;

namespace Lamina.Sequences;

/// <summary>A list of tokens in pooled memory, so that one that grows token by token allocates nothing.</summary>
internal sealed class TokenList
{
    private const int Least = 256;

    private int[] _tokens = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The tokens, until they change.</summary>
    public ReadOnlySpan<int> Span => _tokens.AsSpan(0, Count);

    /// <summary>The token at an index.</summary>
    public int this[int index] => Span[index];

    /// <summary>Adds one at the end.</summary>
    public void Add(int token) => AddRange([token]);

    /// <summary>Adds several at the end.</summary>
    public void AddRange(ReadOnlySpan<int> tokens)
    {
        var count = checked(Count + tokens.Length);
        if (count > _tokens.Length)
        {
            Grow(Math.Max(count, Least));
        }

        tokens.CopyTo(_tokens.AsSpan(Count));
        Count = count;
    }

    /// <summary>Takes some out; those after them move up.</summary>
    public void RemoveRange(int start, int count)
    {
        Span[(start + count)..].CopyTo(_tokens.AsSpan(start));
        Count -= count;
    }

    /// <summary>Empties it and gives its memory back.</summary>
    public void Release()
    {
        Count = 0;
        Replace([]);
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<int>.Shared.Rent(least);
        Span.CopyTo(larger);
        Replace(larger);
    }

    private void Replace(int[] tokens)
    {
        if (_tokens.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_tokens);
        }

        _tokens = tokens;
    }
}
