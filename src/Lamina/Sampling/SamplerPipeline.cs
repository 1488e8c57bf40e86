using System.Collections.Immutable;
using Lamina.Runtime;
using Lamina.Tokens;
using Lamina.Validation;

namespace Lamina.Sampling;

/// <summary>
/// An ordered list of samplers that chooses the next token from a model's logits. <see cref="Create"/> makes the usual
/// one; the constructor takes any.
/// </summary>
/// <remarks>
/// One pipeline serves one sequence, from one thread at a time. It allocates nothing a token: its buffers come from a
/// pool, so that pipelines that sample on one thread share them.
/// </remarks>
public sealed class SamplerPipeline
{
    private readonly ImmutableArray<ISampler> _samplers;

    /// <summary>Creates a pipeline.</summary>
    /// <param name="samplers">
    /// The samplers, in the order in which they apply. Where none of them selects a candidate (there may be none at
    /// all), the candidate with the highest logit is chosen.
    /// </param>
    /// <exception cref="ArgumentException">A sampler is null.</exception>
    public SamplerPipeline(params IEnumerable<ISampler> samplers)
    {
        ArgumentNullException.ThrowIfNull(samplers);
        _samplers = [.. samplers];
        var missing = _samplers.IndexOf(null!);
        if (missing >= 0)
        {
            throw new ArgumentException($"Sampler {missing} of {_samplers.Length} was null.", nameof(samplers));
        }
    }

    /// <summary>The samplers, in the order in which they apply.</summary>
    public IReadOnlyList<ISampler> Samplers => _samplers;

    /// <summary>
    /// Creates llama.cpp's chain: logit bias, penalties, DRY, top-n-sigma, top-k, typical, top-p, min-p, XTC, temperature
    /// or dynamic temperature, distribution or adaptive-p. What its options turn off is left out. At temperature 0 it is
    /// logit bias, penalties, DRY, greedy; with Mirostat it is logit bias, temperature, Mirostat. Or else what
    /// <see cref="SamplingOptions.Order"/> names.
    /// </summary>
    /// <param name="options">The settings; the default ones are llama.cpp's.</param>
    /// <param name="tokenizer">The model's; needed where <see cref="SamplingOptions.DryMultiplier"/> is not 0, and for samplers
    /// of an app.</param>
    /// <param name="catalog">The samplers that there are; null for <see cref="SamplerCatalog.BuiltIn"/>.</param>
    /// <returns>A pipeline with its own state.</returns>
    /// <exception cref="ArgumentNullException">The tokenizer is needed, and is null.</exception>
    /// <exception cref="ArgumentException">Options are out of their ranges; the message lists all of them.</exception>
    public static SamplerPipeline Create(
        SamplingOptions options, ITokenizer? tokenizer = null, SamplerCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        catalog ??= SamplerCatalog.BuiltIn;
        Fault.Throw(options.Faults(catalog: catalog), nameof(options));
        return new SamplerPipeline(options.CreateSamplers(tokenizer, catalog));
    }

    /// <summary>Chooses the next token and accepts it.</summary>
    /// <param name="logits">The model's logits, one for each token of the vocabulary. They are not written.</param>
    /// <returns>The id of the token.</returns>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is empty.</exception>
    /// <exception cref="LaminaException">
    /// A logit is NaN, or the samplers left no candidate: the message names the one that dropped the last. Nothing was
    /// accepted.
    /// </exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        var token = Choose(logits, ruledOut: [], raw: logits, top: null, out _);
        Accept(token);
        return token;
    }

    /// <summary>Chooses the next token, accepts it, and says how probable it was.</summary>
    /// <inheritdoc cref="Sample(ReadOnlySpan{float})"/>
    /// <param name="logits">The model's logits, one for each token of the vocabulary. They are not written.</param>
    /// <param name="top">How many of the most probable tokens to list, at least 0.</param>
    /// <param name="logProbabilities">How probable the token was, before the samplers and after them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is negative.</exception>
    public int Sample(ReadOnlySpan<float> logits, int top, out TokenLogProbabilities logProbabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        var token = Choose(logits, ruledOut: [], raw: logits, top, out var found);
        Accept(token);
        logProbabilities = found!;
        return token;
    }

    /// <summary>Chooses the next token, and does not accept it.</summary>
    /// <param name="logits">The logits to choose by.</param>
    /// <param name="ruledOut">Tokens that are not to be chosen.</param>
    /// <param name="raw">The model's logits.</param>
    /// <param name="top">How many of the most probable tokens to list; null where nobody wants to know.</param>
    /// <param name="logProbabilities">How probable the token was; null where nobody wants to know.</param>
    internal int Choose(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> ruledOut,
        ReadOnlySpan<float> raw,
        int? top,
        out TokenLogProbabilities? logProbabilities)
    {
        var candidates = new Candidates(logits);
        try
        {
            candidates.RuleOut(ruledOut);
            foreach (var sampler in _samplers)
            {
                sampler.Apply(ref candidates);
                candidates.EndTurn();
                if (candidates.Count == 0)
                {
                    throw new LaminaException(
                        "sample", $"The sampler {sampler} left no candidate; at least one must be left to choose.");
                }
            }

            var index = candidates.Selected >= 0 ? candidates.Selected : candidates.IndexOfMax();
            logProbabilities = top is { } count
                ? LogProbabilities.Read(raw, in candidates, index, IsDrawn(in candidates), count)
                : null;
            return candidates.TokenAt(index);
        }
        finally
        {
            candidates.Release();
        }
    }

    /// <summary>
    /// Tells the samplers of a token that is part of the sequence without having been sampled here: one of the prompt,
    /// so that penalties see it.
    /// </summary>
    /// <param name="token">The token's id, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="token"/> is negative.</exception>
    public void Accept(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        foreach (var sampler in _samplers)
        {
            sampler.Accept(token);
        }
    }

    /// <summary>Forgets all accepted tokens and draws: the same logits then give the same tokens again.</summary>
    public void Reset()
    {
        foreach (var sampler in _samplers)
        {
            sampler.Reset();
        }
    }

    /// <summary>The pipeline with a sampler more, which applies before the others.</summary>
    internal SamplerPipeline Prepend(ISampler sampler) => new(_samplers.Prepend(sampler));

    /// <summary>Copies the pipeline with the state of its samplers, for a fork of the sequence.</summary>
    /// <returns>A pipeline that goes on as this one would, and independently of it.</returns>
    public SamplerPipeline Clone() => new(_samplers.Select(sampler => sampler.Clone()));

    /// <summary>Describes the pipeline: its samplers in order, with their settings.</summary>
    /// <returns>Text such as <c>top-k(40) → temperature(0.8) → distribution(seed 42)</c>.</returns>
    public override string ToString() => string.Join(" → ", _samplers);

    private bool IsDrawn(in Candidates candidates) => candidates.Selected >= 0 && _samplers[^1] is not GreedySampler;
}
