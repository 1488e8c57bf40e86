using Lamina.Runtime;

namespace Lamina.Quantization.Quality;

/// <summary>Scores the text by the source, and then by other models against it.</summary>
/// <remarks>Its members run a decoder on the calling thread.</remarks>
internal sealed class TextScorer : IDisposable
{
    private readonly ReadingPlan _plan;
    private readonly int _threads;
    private readonly SourceFile? _file;

    /// <param name="plan">How the text is read.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="folder">Where the source's distributions are kept meanwhile, or null where none are needed.</param>
    public TextScorer(ReadingPlan plan, int threads, string? folder)
    {
        _plan = plan;
        _threads = threads;
        _file = folder is null ? null : new(folder, plan.ScoredTokens, plan.VocabularySize);
    }

    /// <summary>Scores the text by the source.</summary>
    /// <returns>Its perplexity.</returns>
    public Estimate ScoreSource(ILanguageModel model, Action<double> report, CancellationToken cancellationToken)
    {
        var losses = new double[_plan.ScoredTokens];
        using var reader = new ChunkReader(model, _plan, _threads);
        reader.Read(
            row =>
            {
                var top = Distribution.Normalize(row.Logits, row.Buffer);
                var known = row.Logits[row.Next];
                losses[row.Position] = -known;
                if (_file is not null)
                {
                    var (least, step) = Distribution.Encode(row.Logits, row.Codes);
                    _file.Write(row.Position, new(least, step, top, known), row.Codes);
                }
            },
            report,
            cancellationToken);
        var perplexity = Estimate.Mean(losses).Exp();
        return double.IsFinite(perplexity.Value) ? perplexity : throw new LaminaException(
            "score text", $"The source '{model.Info.Name}' gave logits that are no numbers; nothing can be compared with it.");
    }

    /// <summary>Scores the text by another model, after the source.</summary>
    /// <returns>Its perplexity, and how far it is from the source.</returns>
    public (Estimate Perplexity, DivergenceFigures Divergence) ScoreCandidate(
        ILanguageModel model, Action<double> report, CancellationToken cancellationToken)
    {
        var tokens = new Comparison[_plan.ScoredTokens];
        using var reader = new ChunkReader(model, _plan, _threads);
        reader.Read(
            row =>
            {
                var source = _file!.Read(row.Position, row.Codes);
                var top = Distribution.Normalize(row.Logits, row.Buffer);
                var known = row.Logits[row.Next];
                var divergence = Distribution.Divergence(row.Codes, source, row.Logits, row.Buffer);
                tokens[row.Position] = new(known, source.LogProbability, divergence, top == source.Top);
            },
            report,
            cancellationToken);
        return (Mean(tokens, token => -token.LogProbability).Exp(), Summarize(tokens));
    }

    public void Dispose() => _file?.Dispose();

    private static DivergenceFigures Summarize(Comparison[] tokens)
    {
        double[] sorted = [.. tokens.Select(token => token.Divergence).Order()];
        return new()
        {
            Mean = Mean(tokens, token => token.Divergence),
            Percentile99 = Percentile(sorted, 0.99),
            Maximum = sorted[^1],
            TopAgreement = (double)tokens.Count(token => token.IsSameTop) / tokens.Length,
            PerplexityRatio = Mean(tokens, token => token.SourceLogProbability - token.LogProbability).Exp(),
            ProbabilityChange = Mean(tokens, token => Math.Exp(token.LogProbability) - Math.Exp(token.SourceLogProbability)),
        };
    }

    private static Estimate Mean(Comparison[] tokens, Func<Comparison, double> figure) =>
        Estimate.Mean([.. tokens.Select(figure)]);

    /// <summary>The value at a share of a sorted list, between two neighbours where it falls there.</summary>
    private static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return double.Lerp(sorted[below], sorted[above], place - below);
    }
}
