namespace Lamina.Constraints.Grammars;

/// <summary>A text that a grammar has to produce.</summary>
internal sealed class GrammarText : TextState, IEquatable<GrammarText>
{
    private static readonly GrammarText Nowhere = new(null!, [], canEnd: false);

    private readonly Grammar _grammar;
    private readonly GrammarStack[] _stacks; // each before a code point of a set
    private readonly Utf8Prefix? _prefix;
    private readonly bool _canEnd;
    private readonly int _hash;
    private GrammarText?[]? _next; // by byte, once it was asked for

    public GrammarText(Grammar grammar, GrammarStack[] stacks, bool canEnd)
    {
        (_grammar, _stacks, _canEnd) = (grammar, stacks, canEnd);
        var hash = default(HashCode);
        hash.Add(canEnd);
        foreach (var stack in stacks)
        {
            hash.Add(stack);
        }

        _hash = hash.ToHashCode();
    }

    private GrammarText(GrammarText before, Utf8Prefix prefix)
    {
        (_grammar, _stacks, _prefix) = (before._grammar, before._stacks, prefix);
    }

    public override bool CanEnd => _canEnd;

    public override TextState? Accept(byte value)
    {
        var all = _next ??= new GrammarText?[256];
        var next = all[value] ??= Find(value) ?? Nowhere;
        return ReferenceEquals(next, Nowhere) ? null : next;
    }

    public bool Equals(GrammarText? other) =>
        other is not null && _canEnd == other._canEnd && _prefix == other._prefix && _stacks.AsSpan().SequenceEqual(other._stacks);

    public override bool Equals(object? obj) => Equals(obj as GrammarText);

    public override int GetHashCode() => _hash;

    private GrammarText? Find(byte value)
    {
        if (_prefix is null && value < 0x80)
        {
            return _grammar.Step(_stacks, value);
        }

        if ((_prefix is { } begun ? begun.Append(value) : Utf8Prefix.Begin(value)) is not { } prefix)
        {
            return null;
        }

        return prefix.Remaining == 0 ? _grammar.Step(_stacks, prefix.Bits)
            : Array.Exists(_stacks, stack => stack.Sequence[stack.At].Set!.ContainsAny(prefix.First, prefix.Last)) ? new(this, prefix)
            : null;
    }
}
