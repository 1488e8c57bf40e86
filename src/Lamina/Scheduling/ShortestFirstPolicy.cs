namespace Lamina.Scheduling;

/// <summary>
/// Requests run by the tokens that they are predicted to take, the fewest first, which shortens the mean time to an
/// answer. Each second of waiting makes up for so many tokens, so that a long one is not passed for ever.
/// </summary>
/// <remarks>
/// Shortest job first with a prediction of the length; compare "Response Length Perception and Sequence Scheduling"
/// (Zheng and others, 2023) and "Efficient LLM Scheduling by Learning to Rank" (Fu and others, 2024).
/// </remarks>
public sealed class ShortestFirstPolicy : ISchedulingPolicy
{
    private readonly double _secondsPerToken;

    /// <summary>Creates the policy.</summary>
    /// <param name="tokensPerSecondWaited">
    /// How many tokens fewer a second of waiting counts as, above 0. Default: 50, so that a request of 1,000 tokens
    /// is passed by shorter ones for 20 seconds at the most.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public ShortestFirstPolicy(double tokensPerSecondWaited = 50)
    {
        if (!(tokensPerSecondWaited > 0 && double.IsFinite(tokensPerSecondWaited)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(tokensPerSecondWaited), tokensPerSecondWaited, "It must be a number above 0.");
        }

        TokensPerSecondWaited = tokensPerSecondWaited;
        _secondsPerToken = 1 / tokensPerSecondWaited;
    }

    /// <summary>How many tokens fewer a second of waiting counts as.</summary>
    internal double TokensPerSecondWaited { get; }

    /// <inheritdoc/>
    public double GetRank(in RequestProfile request) =>
        request.Submitted.TotalSeconds + ((request.PromptTokens + (double)request.PredictedTokens) * _secondsPerToken);
}
