namespace Lamina.Workers;

/// <summary>A sequence of the worker's engine, with its tokens as the application knows them.</summary>
internal sealed class HostedSequence(ISequence inner)
{
    private readonly List<int> _known = [.. inner.Tokens];

    public ISequence Inner => inner;

    /// <summary>What the application has to know.</summary>
    /// <param name="added">A token that came, which is most often all; null where that may be otherwise.</param>
    public SequenceChange? TakeChange(int? added = null)
    {
        if (added is not null && inner.Length == _known.Count)
        {
            return null;
        }

        var change = added is { } token && inner.Length == _known.Count + 1 ? new(_known.Count, [token]) : FindChange();
        change.Apply(_known);
        return change;
    }

    private SequenceChange FindChange()
    {
        var now = inner.Tokens.AsSpan();
        var kept = now.CommonPrefixLength(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_known));
        return new(kept, now[kept..].ToArray());
    }
}
