using Lamina.Tokens;
using Samples;
using Spectre.Console;

namespace Generate;

/// <summary>Speed and timings, for people, on standard error.</summary>
internal static class Report
{
    public static void Write(IAnsiConsole console, Run run)
    {
        var usage = run.Usage;
        StatusConsole.Line(console, StatusConsole.Describe(run.Model, run.LoadTime));
        StatusConsole.Line(console, $"prompt: {StatusConsole.Count(usage.PromptTokens)}, " + (usage.GeneratedTokens == 0
            ? $"no answer after {StatusConsole.Seconds(usage.Duration)}"
            : $"first token after {StatusConsole.Seconds(usage.TimeToFirstToken)}"));
        if (usage.TokensPerSecond > 0)
        {
            StatusConsole.Line(console, $"answer: {StatusConsole.Count(usage.GeneratedTokens)} in "
                + $"{StatusConsole.Seconds(usage.Duration)}, {usage.TokensPerSecond:N1} tokens/s after the first");
        }

        StatusConsole.Line(console, $"ended: {Describe(run)}, seed {run.Arguments.Seed}");
    }

    private static string Describe(Run run) => run.FinishReason switch
    {
        FinishReason.EndOfGeneration => "the model was done",
        FinishReason.Length when run.Tokens.Count == run.Arguments.Generation.MaxTokens => "--max-tokens reached",
        FinishReason.Length => "the context is full",
        FinishReason.StopSequence => "a text of --stop",
        FinishReason.Cancelled => "cancelled",
        _ => run.FinishReason.ToString(),
    };
}
