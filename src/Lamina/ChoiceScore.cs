namespace Lamina;

/// <summary>How likely the model holds one of several choices.</summary>
/// <param name="Text">The choice.</param>
/// <param name="LogLikelihood">The natural logarithm of its probability after the prompt, 0 at the most.</param>
/// <param name="LogLikelihoodPerToken">The same for each of its tokens, on average.</param>
/// <param name="Score">
/// What it is compared by: its log-likelihood after <see cref="ChoiceOptions.Normalization"/> and
/// <see cref="ChoiceOptions.Calibration"/>.
/// </param>
/// <param name="Probability">Its probability among the choices, from 0 to 1: the softmax of the scores.</param>
public sealed record ChoiceScore(
    string Text, double LogLikelihood, double LogLikelihoodPerToken, double Score, double Probability);
