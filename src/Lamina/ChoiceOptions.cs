using Lamina.Tokens;

namespace Lamina;

/// <summary>How choices are compared.</summary>
public sealed record ChoiceOptions
{
    /// <summary>How choices of different lengths are made comparable. Default: not at all.</summary>
    public ChoiceNormalization Normalization { get; init; }

    /// <summary>
    /// Prompts without content, such as the same question about <c>N/A</c>: what a model prefers after these it prefers
    /// anyway, so it is subtracted; of several, the mean of their probabilities. Zhao et al. (2021), "Calibrate Before
    /// Use: Improving Few-Shot Performance of Language Models". Default: none.
    /// </summary>
    public IReadOnlyList<Prompt> Calibration { get; init; } = [];

    /// <summary>
    /// Whose text this is, where an engine is asked; a sequence has its tenant. Default: null; see
    /// <see cref="GenerationOptions.Tenant"/>.
    /// </summary>
    public string? Tenant { get; init; }

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(ChoiceOptions);
        if (!Enum.IsDefined(Normalization))
        {
            yield return $"{owner}.{nameof(Normalization)} was {(int)Normalization}; it must be one of ChoiceNormalization.";
        }

        if (Calibration is null || Calibration.Any(prompt => prompt is null))
        {
            yield return $"{owner}.{nameof(Calibration)} was or held null; give prompts, or none.";
        }
    }
}
