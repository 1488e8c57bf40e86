using Lamina.Constraints;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Validation;

namespace Lamina;

/// <summary>When a generation stops and how its tokens are chosen.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to generate, at least 1. Default: null, until the context is full.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>
    /// How many tokens come before the model may end its answer, from 0 to <see cref="MaxTokens"/>: until then its
    /// end-of-generation tokens are ruled out, whichever samplers are used. A stop sequence ends it sooner. Default: 0.
    /// </summary>
    public int MinTokens { get; init; }

    /// <summary>
    /// Texts that end the generation and are not part of it, found across token borders too; none of them empty.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>
    /// Texts that never come in the answer, letter by letter as they are here, found across token borders too; none of them
    /// empty. Where one is complete the answer goes back to the token in which it began, and goes on with another; so text
    /// that may become one comes a little later. Paech et al. (2025), "Antislop". Default: none.
    /// </summary>
    public IReadOnlyList<string> BannedPhrases { get; init; } = [];

    /// <summary>How tokens are chosen. Default: llama.cpp's settings, with a seed of its own for each request.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>
    /// Makes the samplers to use instead of those of <see cref="Sampling"/>: called once for each request, which keeps
    /// what it returns to itself. Default: null.
    /// </summary>
    public Func<SamplerPipeline>? Samplers { get; init; }

    /// <summary>
    /// The form that the answer has to have: JSON, one of some texts, a regular expression. It ends when it is whole and
    /// nothing can be added; with <see cref="Tokens.FinishReason.DeadEnd"/> where nothing can come that keeps the form.
    /// Default: null, none.
    /// </summary>
    public Constraint? Constraint { get; init; }

    /// <summary>
    /// Another prompt that the answer is steered away from, on a second sequence; not together with
    /// <see cref="ContextOverflow.Shift(int)"/>. Default: null, none.
    /// </summary>
    public Guidance? Guidance { get; init; }

    /// <summary>
    /// How many of the most probable tokens each <see cref="Tokens.Token"/> lists with their log-probabilities, from 0,
    /// which gives those of the chosen token alone, to 100. Default: null, none at all, which costs nothing.
    /// </summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>What happens when the context is full. Default: the answer ends.</summary>
    public ContextOverflow Overflow { get; init; } = ContextOverflow.Stop;

    /// <summary>
    /// How urgent the request is, for a policy that looks at it, such as <see cref="PriorityPolicy"/>: the larger, the
    /// sooner. Default: 0.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>
    /// How many tokens the answer is expected to have, at least 0, for a policy that looks at it, such as
    /// <see cref="ShortestFirstPolicy"/>. Default: null, as many as <see cref="MaxTokens"/> allows.
    /// </summary>
    public int? ExpectedTokens { get; init; }

    /// <summary>
    /// Whose text this is. A prompt is read faster where another of the same tenant began the same; what other tenants
    /// asked makes no difference that could be seen or timed. Default: null, shared by all requests without one.
    /// </summary>
    public string? Tenant { get; init; }

    /// <summary>How the stream ends when it is cancelled. Default: with an exception.</summary>
    public CancellationBehavior OnCancel { get; init; }

    internal IEnumerable<string> Faults(int? vocabularySize = null, SamplerCatalog? catalog = null)
    {
        const string owner = nameof(GenerationOptions);
        var faults = Fault.OutOfRange(owner, nameof(MaxTokens), MaxTokens, 1, int.MaxValue).ToList();
        faults.AddRange(Fault.OutOfRange<int>(
            owner, nameof(MinTokens), MinTokens, 0, MaxTokens is { } most and >= 1 ? most : int.MaxValue));
        faults.AddRange(EmptyTexts(nameof(Stop), Stop));
        faults.AddRange(EmptyTexts(nameof(BannedPhrases), BannedPhrases));
        faults.AddRange(Fault.OutOfRange(owner, nameof(TopLogProbabilities), TopLogProbabilities, 0, 100));
        faults.AddRange(Fault.OutOfRange(owner, nameof(ExpectedTokens), ExpectedTokens, 0, int.MaxValue));
        if (Overflow is null)
        {
            faults.Add($"{owner}.{nameof(Overflow)} was null; leave it out for the default.");
        }

        if (Guidance is not null)
        {
            faults.AddRange(Guidance.Faults());
            faults.AddRange(Overflow is { Action: OverflowAction.Shift }
                ? [$"{owner}.{nameof(Guidance)} was given with {nameof(ContextOverflow)}.{nameof(ContextOverflow.Shift)}; a guided answer "
                    + "ends where the context is full."]
                : []);
        }

        if (!Enum.IsDefined(OnCancel))
        {
            faults.Add($"{owner}.{nameof(OnCancel)} was {(int)OnCancel}; it must be one of CancellationBehavior.");
        }

        faults.AddRange(Sampling is null
            ? [$"{owner}.{nameof(Sampling)} was null; leave it out for the defaults."]
            : Sampling.Faults(vocabularySize, catalog));
        return faults;
    }

    private static IEnumerable<string> EmptyTexts(string property, IReadOnlyList<string>? texts)
    {
        if (texts is null || texts.Any(string.IsNullOrEmpty))
        {
            yield return $"{nameof(GenerationOptions)}.{property} was null or held an empty text; give texts of at least one "
                + "character, or none.";
        }
    }
}
