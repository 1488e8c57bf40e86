namespace Lamina.Sampling;

/// <summary>
/// One step in choosing the next token: it edits the candidates' logits, drops candidates, or selects one.
/// </summary>
/// <remarks>
/// <para>
/// A <see cref="SamplerPipeline"/> calls its samplers in order, once a token, from one thread at a time, but not
/// always from the same thread. A sampler that keeps state belongs to one pipeline, overrides <see cref="Reset"/>
/// and <see cref="Clone"/>, and draws all its randomness from a seed of its own, so that the same logits after
/// <see cref="Reset"/> give the same tokens. A sampler without state needs <see cref="Apply"/> alone and may be
/// shared by any number of pipelines.
/// </para>
/// <para>
/// An exception thrown by a sampler ends the request that it samples for and reaches that request's caller
/// unchanged; it touches no other request.
/// </para>
/// </remarks>
public interface ISampler
{
    /// <summary>Edits, drops or selects among the candidates for the next token.</summary>
    /// <param name="candidates">
    /// What is left of the vocabulary after the samplers before this one: at least one candidate. The view, and every
    /// span taken from it, is valid only until this method returns.
    /// </param>
    void Apply(ref Candidates candidates);

    /// <summary>
    /// Learns of a token that has become part of the sequence: one of the prompt, or one that was just sampled.
    /// </summary>
    /// <param name="token">The token's id, at least 0.</param>
    void Accept(int token)
    {
    }

    /// <summary>Forgets all accepted tokens and draws, as if the sampler had just been made.</summary>
    void Reset()
    {
    }

    /// <summary>Copies the sampler with its state, for a fork of the sequence.</summary>
    /// <returns>
    /// A sampler that goes on as this one would, and independently of it. The default returns this same instance,
    /// which is right for a sampler without state.
    /// </returns>
    ISampler Clone() => this;
}
