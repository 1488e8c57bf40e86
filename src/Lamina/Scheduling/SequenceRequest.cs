using Lamina.Runtime;

namespace Lamina.Scheduling;

/// <summary>
/// Work on one sequence: tokens to compute, and what to do with the outputs. The decode loop alone calls it, on its
/// own thread, but for <see cref="IsCancelled"/>.
/// </summary>
internal abstract class SequenceRequest
{
    private volatile bool _isCancelled;

    /// <summary>Whether nobody waits for it any more. Set on any thread.</summary>
    public bool IsCancelled
    {
        get => _isCancelled;
        set => _isCancelled = value;
    }

    /// <summary>Its sequence in the decoder while it runs, else −1.</summary>
    public int Sequence { get; set; } = -1;

    /// <summary>Tokens computed so far, which is the position of the next.</summary>
    public int Computed { get; set; }

    /// <summary>Tokens of it in the batch that is being made or computed.</summary>
    public int InBatch { get; set; }

    /// <summary>Tokens known so far: those computed and those to compute next.</summary>
    public abstract int TokenCount { get; }

    /// <summary>Whether all its tokens have to be in one batch.</summary>
    public virtual bool IsIndivisible => false;

    /// <summary>Whether it is past its prompt and waits for one token at a time.</summary>
    public virtual bool IsDecoding => false;

    /// <summary>The token at a position below <see cref="TokenCount"/>.</summary>
    public abstract int TokenAt(int position);

    /// <summary>Whether the output at a position is wanted.</summary>
    public abstract bool WantsOutput(int position);

    /// <summary>Takes a wanted output.</summary>
    /// <param name="decoder">Where to read it.</param>
    /// <param name="index">The token's index in the batch.</param>
    /// <param name="position">Its position in the sequence.</param>
    /// <returns>Whether the request is done.</returns>
    public abstract bool OnOutput(IDecoder decoder, int index, int position);

    /// <summary>Ends the request with an error.</summary>
    public abstract void Fail(Exception error);
}
