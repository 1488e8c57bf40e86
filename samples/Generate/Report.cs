using Lamina.Tokens;
using Spectre.Console;

namespace Generate;

/// <summary>Speed and timings, for people, on standard error.</summary>
internal static class Report
{
    public static IAnsiConsole OpenConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 1000; // a line in a log is not wrapped
        }

        return console;
    }

    public static void Write(IAnsiConsole console, Run run)
    {
        var (model, usage) = (run.Model, run.Usage);
        Line(console, $"{model.Name} ({model.Architecture}, {model.FileType}, {model.ParameterCount / 1e6:N1} M weights, "
            + $"{model.SizeBytes / 1e6:N1} MB), loaded in {Seconds(run.LoadTime)}");
        Line(console, usage.GeneratedTokens == 0
            ? $"prompt: {Count(usage.PromptTokens)}, no answer after {Seconds(usage.Duration)}"
            : $"prompt: {Count(usage.PromptTokens)}, first token after {Seconds(usage.TimeToFirstToken)}");
        if (usage.TokensPerSecond > 0)
        {
            Line(console, $"answer: {Count(usage.GeneratedTokens)} in {Seconds(usage.Duration)}, "
                + $"{usage.TokensPerSecond:N1} tokens/s after the first");
        }

        Line(console, $"ended: {Describe(run)}, seed {run.Arguments.Seed}");
    }

    private static void Line(IAnsiConsole console, string text) =>
        console.WriteLine(text, new Style(Color.Grey));

    private static string Describe(Run run) => run.FinishReason switch
    {
        FinishReason.EndOfGeneration => "the model was done",
        FinishReason.Length when run.Tokens.Count == run.Arguments.Generation.MaxTokens => "--max-tokens reached",
        FinishReason.Length => "the context is full",
        FinishReason.StopSequence => "a text of --stop",
        FinishReason.Cancelled => "cancelled",
        _ => run.FinishReason.ToString(),
    };

    private static string Count(int tokens) => tokens == 1 ? "1 token" : $"{tokens:N0} tokens";

    private static string Seconds(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:N0} ms" : $"{time.TotalSeconds:N2} s";
}
