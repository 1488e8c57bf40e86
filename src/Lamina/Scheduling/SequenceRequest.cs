using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>
/// Work on one sequence: tokens to compute, and what to do with the outputs. The decode loop alone calls it, on its
/// own thread, but for <see cref="IsCancelled"/>.
/// </summary>
/// <param name="sequence">The sequence, on which nothing else runs.</param>
/// <param name="profile">What a policy may know of the request.</param>
internal abstract class SequenceRequest(CachedSequence sequence, RequestProfile profile)
{
    private volatile bool _isCancelled;

    /// <summary>Its sequence.</summary>
    public CachedSequence Sequence => sequence;

    /// <summary>What a policy may know of it.</summary>
    public RequestProfile Profile => profile;

    /// <summary>Whether nobody waits for it any more.</summary>
    public virtual bool IsCancelled => _isCancelled;

    /// <summary>The request that comes and ends with this one; null for most.</summary>
    public virtual SequenceRequest? Partner => null;

    /// <summary>Whether it is there for its partner's sake alone.</summary>
    public virtual bool IsGuide => false;

    /// <summary>Whether it waits for its partner, and is not done though nothing of it is left to compute.</summary>
    public virtual bool IsPaused => false;

    /// <summary>When its turn is, by the policy: the lowest goes first.</summary>
    public double Rank { get; set; }

    /// <summary>Its number among those that came, which decides between equal ranks.</summary>
    public long Arrival { get; set; }

    /// <summary>Whether it has had a slot.</summary>
    public bool HasStarted { get; set; }

    /// <summary>Whether it has ended, one way or another.</summary>
    public bool IsFinished { get; set; }

    /// <summary>Whether it ended with an error.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Tokens that it found computed when it first ran.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Tokens of it in the batch that is being made or computed.</summary>
    public int InBatch { get; set; }

    /// <summary>How many of the sequence's tokens are to be computed, as far as is known now.</summary>
    public virtual int Target => sequence.Tokens.Count;

    /// <summary>How many of the sequence's tokens are still to be computed, as far as is known now.</summary>
    public int Remaining => Target - sequence.Computed;

    /// <summary>The first position whose output is still wanted; tokens up to it must be computed by this request.</summary>
    public abstract int FirstOutput { get; }

    /// <summary>Whether all its tokens have to be in one batch.</summary>
    public virtual bool IsIndivisible => false;

    /// <summary>Whether it goes on token by token after its prompt.</summary>
    public virtual bool Generates => false;

    /// <summary>Whether it is past its prompt.</summary>
    public virtual bool IsGenerating => false;

    /// <summary>How many of its last tokens came without a step of their own each.</summary>
    public virtual int ForcedTokens => 0;

    /// <summary>Whether others run beside it.</summary>
    public bool IsAccompanied { get; set; }

    /// <summary>
    /// Whether it takes one token at a time; so does a prompt of which but the last token is left. Tokens that were forced
    /// are taken so beside other streams, whose step they join: by themselves they would cost a step more.
    /// </summary>
    public bool IsStream => Generates && (Remaining == 1 || (IsAccompanied && Remaining > 0 && Remaining <= ForcedTokens));

    /// <summary>Called once, before anything else: puts the request's own tokens on the sequence.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Called before each batch.</summary>
    public virtual void Prepare(KvCache cache)
    {
    }

    /// <summary>Whether the output at a position is wanted.</summary>
    public virtual bool WantsOutput(int position) => position >= FirstOutput;

    /// <summary>Takes a wanted output.</summary>
    /// <param name="cache">Where to read it, and to edit the sequence.</param>
    /// <param name="index">The token's index in the batch.</param>
    /// <param name="position">Its position in the sequence.</param>
    /// <returns>Whether the request is done.</returns>
    public abstract bool OnOutput(KvCache cache, int index, int position);

    /// <summary>Called after each batch while it is paused, and not finished.</summary>
    /// <returns>Whether the request is done.</returns>
    public virtual bool OnPaused() => false;

    /// <summary>Called when all tokens up to the target are computed and no output was wanted.</summary>
    public virtual void OnComputed(KvCache cache) =>
        throw new InvalidOperationException($"{GetType().Name} ends with an output.");

    /// <summary>Says that nobody waits for it any more. On any thread.</summary>
    public void Cancel() => _isCancelled = true;

    /// <summary>Ends the request with an error.</summary>
    public abstract void Fail(Exception error);
}
