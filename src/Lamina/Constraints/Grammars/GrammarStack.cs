namespace Lamina.Constraints.Grammars;

/// <summary>A place in a grammar: a symbol of an alternative, and below it where its rule goes on after it. Immutable.</summary>
internal sealed class GrammarStack : IEquatable<GrammarStack>
{
    private readonly int _hash;

    public GrammarStack(GrammarSymbol[] sequence, int at, GrammarStack? below)
    {
        (Sequence, At, Below) = (sequence, at, below);
        _hash = HashCode.Combine(sequence, at, below?._hash);
    }

    /// <summary>The alternative.</summary>
    public GrammarSymbol[] Sequence { get; }

    /// <summary>The symbol that is next, from 0; the count of symbols at the alternative's end.</summary>
    public int At { get; }

    /// <summary>Where it goes on at the alternative's end; null where the text ends.</summary>
    public GrammarStack? Below { get; }

    public bool Equals(GrammarStack? other)
    {
        // No recursion: a text may be nested as deep as it is long.
        for (var stack = this; !ReferenceEquals(stack, other); (stack, other) = (stack.Below, other.Below))
        {
            if (stack is null || other is null || stack._hash != other._hash || stack.Sequence != other.Sequence || stack.At != other.At)
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as GrammarStack);

    public override int GetHashCode() => _hash;
}
