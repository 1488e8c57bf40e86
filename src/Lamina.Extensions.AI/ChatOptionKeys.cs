using Lamina.Sampling;
using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>
/// Keys of Lamina's own options in <see cref="ChatOptions.AdditionalProperties"/>. Numbers may be of any type of number,
/// texts that hold one, or JSON. A value that cannot be read is an <see cref="ArgumentException"/>; keys that are not here
/// are ignored, and so are values that are null.
/// </summary>
public static class ChatOptionKeys
{
    /// <summary><see cref="SamplingOptions.MinP"/>, a number from 0 to 1.</summary>
    public const string MinP = "min_p";

    /// <summary><see cref="SamplingOptions.TypicalP"/>, a number from 0 to 1.</summary>
    public const string TypicalP = "typical_p";

    /// <summary><see cref="SamplingOptions.TopNSigma"/>, a number.</summary>
    public const string TopNSigma = "top_n_sigma";

    /// <summary><see cref="SamplingOptions.XtcProbability"/>, a number from 0 to 1.</summary>
    public const string XtcProbability = "xtc_probability";

    /// <summary><see cref="SamplingOptions.XtcThreshold"/>, a number from 0 to 1.</summary>
    public const string XtcThreshold = "xtc_threshold";

    /// <summary><see cref="SamplingOptions.RepetitionPenalty"/>, a number above 0.</summary>
    public const string RepetitionPenalty = "repetition_penalty";

    /// <summary><see cref="SamplingOptions.DryMultiplier"/>, a number.</summary>
    public const string DryMultiplier = "dry_multiplier";

    /// <summary><see cref="GenerationOptions.MinTokens"/>, a whole number of at least 0.</summary>
    public const string MinTokens = "min_tokens";

    /// <summary><see cref="GenerationOptions.BannedPhrases"/>, a list of texts, or one text.</summary>
    public const string BannedPhrases = "banned_phrases";

    /// <summary><see cref="GenerationOptions.Priority"/>, a whole number.</summary>
    public const string Priority = "priority";

    /// <summary><see cref="GenerationOptions.Tenant"/>, a text.</summary>
    public const string Tenant = "tenant";

    /// <summary>
    /// A grammar of what is said, by <see cref="Constraints.Constraint.Grammar"/>: a text. Not with another form.
    /// </summary>
    public const string Grammar = "grammar";

    /// <summary>
    /// A regular expression of what is said, by <see cref="Constraints.Constraint.Regex"/>: a text. Not with another form.
    /// </summary>
    public const string Regex = "regex";

    /// <summary>
    /// The texts of which one is said, by <see cref="Constraints.Constraint.Choice"/>: a list. Not with another form.
    /// </summary>
    public const string Choices = "choices";

    /// <summary><see cref="ReplyOptions.MaxReasoningTokens"/>, a whole number of at least 1.</summary>
    public const string MaxReasoningTokens = "max_reasoning_tokens";

    /// <summary>Variables of the template, as <see cref="ReplyOptions.Variables"/>: a dictionary or a JSON object.</summary>
    public const string TemplateVariables = "template_variables";
}
