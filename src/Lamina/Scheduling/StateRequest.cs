using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>Copies a sequence's state out, once it is computed.</summary>
internal sealed class StateRequest(CachedSequence sequence, RequestProfile profile)
    : AppendRequest(sequence, profile, [])
{
    // Without any token computed there is no state.
    public override int Target => Math.Max(base.Target, 1);

    public override void OnComputed(KvCache cache)
    {
        try
        {
            Complete(cache.Export(Sequence));
        }
        finally
        {
            cache.Truncate(Sequence, Sequence.Tokens.Count);
        }
    }
}
