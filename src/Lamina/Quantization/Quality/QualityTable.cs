using System.Globalization;

namespace Lamina.Quantization.Quality;

/// <summary>Writes a report as a table in Markdown.</summary>
internal static class QualityTable
{
    private const string None = "–";

    public static string Write(QualityReport report)
    {
        string[] checks = [.. report.Models.SelectMany(model => model.Checks).Select(score => score.Name).Distinct(StringComparer.Ordinal)];
        var hasSpeed = report.Models.Any(model => model.Speed is not null);
        string[] head =
        [
            "model", "type", "MB", "bits/weight", "perplexity", "ratio", "KL mean", "KL 99 %", "KL max", "same top", "Δp",
            .. hasSpeed ? [$"load s", $"prefill {report.PromptTokens}", "decode", $"decode {report.Streams}"] : Array.Empty<string>(),
            .. checks,
        ];
        IEnumerable<string> lines =
        [
            Row(head.Select(Escape)),
            Row(head.Select((_, column) => column < 2 ? "---" : "--:")),
            .. report.Models.Select(model => Row(Cells(model, hasSpeed, checks))),
            "",
            .. Notes(report, hasSpeed, checks.Length > 0),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<string> Cells(ModelQuality model, bool hasSpeed, string[] checks)
    {
        var (divergence, speed) = (model.Divergence, model.Speed);
        return
        [
            Escape(model.Label),
            Escape(model.FileType),
            Text($"{model.SizeBytes / 1e6:F1}"),
            Text($"{model.BitsPerWeight:F2}"),
            Text($"{model.Perplexity.Value:F3} ± {model.Perplexity.Error:F3}"),
            divergence is null ? None : Text($"{divergence.PerplexityRatio.Value:F4} ± {divergence.PerplexityRatio.Error:F4}"),
            divergence is null ? None : Text($"{divergence.Mean.Value:F5} ± {divergence.Mean.Error:F5}"),
            divergence is null ? None : Text($"{divergence.Percentile99:F4}"),
            divergence is null ? None : Text($"{divergence.Maximum:F3}"),
            divergence is null ? None : Text($"{100 * divergence.TopAgreement:F2} %"),
            divergence is null ? None : Text($"{100 * divergence.ProbabilityChange.Value:F2} %"),
            .. hasSpeed ? Speeds(speed) : [],
            .. checks.Select(name => Score(model.Checks.FirstOrDefault(score => string.Equals(score.Name, name, StringComparison.Ordinal)))),
        ];
    }

    private static string[] Speeds(SpeedFigures? speed) => speed is null ? [None, None, None, None] :
    [
        Text($"{speed.LoadTime.TotalSeconds:F2}"),
        Text($"{speed.Prefill:F0}"),
        Text($"{speed.Decode:F1}"),
        Text($"{speed.BatchedDecode:F1}"),
    ];

    private static string Score(CheckScore? score) => score is null ? None
        : Text($"{100 * score.Rate:F0} %") + (score.Changed is { } changed ? Text($" ({changed} changed)") : "");

    private static IEnumerable<string> Notes(QualityReport report, bool hasSpeed, bool hasChecks) =>
    [
        Text($"{report.ScoredTokens} tokens scored, in chunks of {report.ContextSize}, on {report.Runtime}. KL: divergence of ")
            + "the next-token distribution from the first model's, in nats; same top: share of tokens where both hold the same "
            + "next token most probable; Δp: mean change of the probability of the text's next token.",
        .. hasSpeed ? [Text($"Speeds in tokens a second, of one prompt of {report.PromptTokens} tokens, of one text that begins, and of ")
            + Text($"{report.Streams} at once together; load: until the first token is computed. Medians, the models taking turns.")] : Array.Empty<string>(),
        .. hasChecks ? ["Changed: questions at which the model did otherwise than the first one."] : Array.Empty<string>(),
        .. report.Models.SelectMany(model => model.SkippedChecks.Select(reason => $"Left out for {model.Label}: {reason}")),
    ];

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Escape(string text) => text.ReplaceLineEndings(" ")
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
