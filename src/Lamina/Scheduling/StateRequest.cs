using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>Copies a sequence's state out, once it is computed.</summary>
internal sealed class StateRequest(CachedSequence sequence, RequestProfile profile)
    : AppendRequest(sequence, profile, [])
{
    public override void OnComputed(KvCache cache) => Complete(cache.Export(Sequence));
}
