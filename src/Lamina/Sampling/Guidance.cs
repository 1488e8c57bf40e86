using Lamina.Tokens;
using Lamina.Validation;

namespace Lamina.Sampling;

/// <summary>
/// Steers an answer away from what the model would say after another prompt: classifier-free guidance (Sanchez et al.,
/// "Stay on Topic with Classifier-Free Guidance", 2023). A second sequence holds the other prompt and then the same answer.
/// With s and n the logits after prompt and other prompt, tokens are chosen by n + <see cref="Scale"/> · (s − n).
/// </summary>
/// <remarks>
/// <para>
/// A prompt without the question, or with the opposite instruction, keeps the answer on topic. A prompt without the
/// document that the question is about makes it stick to the document (Shi et al., "Trusting Your Evidence: Hallucinate
/// Less with Context-aware Decoding", 2023). With <see cref="Plausibility"/> 0.1 it is contrastive decoding (Li et al.,
/// 2023) between two prompts.
/// </para>
/// <para>
/// It costs as much as a second request, and takes a second sequence of the engine. Context and answer together have to
/// fit twice where sequences share their cells. Log-probabilities are those of the guided distribution.
/// </para>
/// </remarks>
/// <param name="prompt">What the second sequence begins with, at least one token; it stands for all that is before the answer.</param>
public sealed class Guidance(Prompt prompt)
{
    /// <summary>What the second sequence begins with.</summary>
    public Prompt Prompt { get; } = prompt ?? throw new ArgumentNullException(nameof(prompt));

    /// <summary>
    /// How strong it is, from 0 to 100: 1 is none, more leads away from the other prompt, 0 has its answer. Default: 1.5.
    /// </summary>
    public float Scale { get; init; } = 1.5f;

    /// <summary>
    /// Tokens less probable after the request's own prompt than this part of the most probable one's probability are
    /// ruled out, from 0 to 1: what is hardly said at all makes no contrast. Default: 0, none.
    /// </summary>
    public float Plausibility { get; init; }

    internal IEnumerable<string> Faults() =>
    [
        .. Fault.OutOfRange<float>(nameof(Guidance), nameof(Scale), Scale, 0, 100),
        .. Fault.OutOfRange<float>(nameof(Guidance), nameof(Plausibility), Plausibility, 0, 1),
    ];
}
