using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>
/// Puts tokens on a sequence and computes all but its last, whose output is what a later request begins with.
/// </summary>
internal class AppendRequest(CachedSequence sequence, RequestProfile profile, int[] tokens)
    : ResultRequest<StateBlock?>(sequence, profile)
{
    public override int Target => Math.Max(Sequence.Tokens.Count - 1, 0);

    public override int FirstOutput => Target;

    public override void Begin() => Sequence.Tokens.AddRange(tokens);

    public override bool WantsOutput(int position) => false;

    public override bool OnOutput(KvCache cache, int index, int position) =>
        throw new InvalidOperationException("No output was wanted.");

    public override void OnComputed(KvCache cache) => Complete(null);
}
