using System.Collections.Immutable;

namespace Lamina.Quantization.Quality;

/// <summary>What came of a check on one model.</summary>
public sealed record CheckResult
{
    private CheckResult(ImmutableArray<CheckAnswers> answers, string? skipReason) => (Answers, SkipReason) = (answers, skipReason);

    /// <summary>What the model did, part by part; none where the check was skipped.</summary>
    public ImmutableArray<CheckAnswers> Answers { get; }

    /// <summary>Why the check does not apply to the model; null where it does.</summary>
    public string? SkipReason { get; }

    /// <summary>The result of a check that was made.</summary>
    /// <param name="answers">What the model did, part by part.</param>
    public static CheckResult Of(params ImmutableArray<CheckAnswers> answers) => new(answers, skipReason: null);

    /// <summary>The result of a check that does not apply to the model.</summary>
    /// <param name="reason">Why, in words.</param>
    public static CheckResult Skip(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new([], reason);
    }
}
