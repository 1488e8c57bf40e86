using System.Text;
using Lamina.Tokens;
using Lamina.Validation;

namespace Lamina;

/// <summary>Compares texts by how likely they are after a sequence.</summary>
/// <param name="choices">The texts, checked.</param>
/// <param name="options">How they are compared, checked.</param>
internal sealed class ChoiceScorer(string[] choices, ChoiceOptions options)
{
    /// <exception cref="ArgumentException">There are no choices, or one is empty or there twice; or the options have
    /// faults.</exception>
    public static ChoiceScorer Create(IReadOnlyList<string> choices, ChoiceOptions? options)
    {
        ArgumentNullException.ThrowIfNull(choices);
        options ??= new();
        Fault.Throw(options.Faults(), nameof(options));
        string[] texts = [.. choices];
        var empty = Array.FindIndex(texts, string.IsNullOrEmpty);
        var twice = texts.GroupBy(text => text, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return texts.Length == 0 ? throw new ArgumentException("There were no choices; give at least one.", nameof(choices))
            : empty >= 0 ? throw new ArgumentException(
                $"Choice {empty} of {texts.Length} was empty; give texts of at least one character.", nameof(choices))
            : twice is not null ? throw new ArgumentException(
                $"The choice '{twice}' was there twice; give each once.", nameof(choices))
            : new(texts, options);
    }

    /// <summary>Compares the choices after a sequence, which stays as it is.</summary>
    public async Task<Choice> ChooseAsync(ISequence sequence, CancellationToken cancellationToken)
    {
        var found = await ScoreAsync(sequence, cancellationToken).ConfigureAwait(false);
        var scores = Normalize(found);
        if (options.Calibration.Count > 0)
        {
            var bias = await FindBiasAsync(sequence, options.Calibration, cancellationToken).ConfigureAwait(false);
            scores = [.. scores.Zip(bias, (score, anyway) => score - anyway)];
        }

        var total = LogSumExp(scores);
        var best = Array.IndexOf(scores, scores.Max());
        return new(best, choices[best], [.. choices.Select((text, i) => new ChoiceScore(
            text,
            found[i].LogLikelihood,
            found[i].LogLikelihood / found[i].Tokens.Length,
            scores[i],
            Math.Exp(scores[i] - total)))]);
    }

    private static double LogSumExp(IReadOnlyList<double> values)
    {
        var max = values.Max();
        return max + Math.Log(values.Sum(value => Math.Exp(value - max)));
    }

    /// <summary>The logarithm of what the model prefers without content, by choices.</summary>
    private async Task<double[]> FindBiasAsync(
        ISequence sequence, IReadOnlyList<Prompt> calibration, CancellationToken cancellationToken)
    {
        var found = new List<double[]>();
        foreach (var prompt in calibration)
        {
            var empty = sequence.Fork();
            await using var leaving = empty.ConfigureAwait(false);
            empty.Rewind(0);
            await empty.AppendAsync(prompt, cancellationToken).ConfigureAwait(false);
            if (empty.Length == 0)
            {
                throw new ArgumentException(
                    "A prompt for calibration is empty, and the model has no token of its own to begin with.",
                    nameof(calibration));
            }

            var scores = Normalize(await ScoreAsync(empty, cancellationToken).ConfigureAwait(false));
            var total = LogSumExp(scores);
            found.Add([.. scores.Select(score => score - total)]);
        }

        return [.. choices.Select((_, i) => LogSumExp([.. found.Select(scores => scores[i])]) - Math.Log(found.Count))];
    }

    /// <summary>Scores all choices at once, each on a fork.</summary>
    private async Task<TextScore[]> ScoreAsync(ISequence sequence, CancellationToken cancellationToken)
    {
        var forks = new List<ISequence>();
        try
        {
            foreach (var _ in choices)
            {
                forks.Add(sequence.Fork());
            }

            return await Task
                .WhenAll(forks.Zip(choices, (fork, choice) => fork.ScoreAsync(choice, cancellationToken)))
                .ConfigureAwait(false);
        }
        finally
        {
            foreach (var fork in forks)
            {
                await fork.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private double[] Normalize(TextScore[] found) =>
    [
        .. found.Select((score, i) => score.LogLikelihood / options.Normalization switch
        {
            ChoiceNormalization.PerToken => score.Tokens.Length,
            ChoiceNormalization.PerByte => Encoding.UTF8.GetByteCount(choices[i]),
            _ => 1,
        }),
    ];
}
