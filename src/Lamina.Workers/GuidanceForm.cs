using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Workers;

/// <summary>A <see cref="Guidance"/> in a form that travels.</summary>
/// <param name="Prompt">What the second sequence begins with.</param>
/// <param name="Scale">How strong it is.</param>
/// <param name="Plausibility">What is ruled out.</param>
internal sealed record GuidanceForm(Prompt Prompt, float Scale, float Plausibility)
{
    public static GuidanceForm Of(Guidance guidance) => new(guidance.Prompt, guidance.Scale, guidance.Plausibility);

    public Guidance ToGuidance() => new(Prompt) { Scale = Scale, Plausibility = Plausibility };
}
