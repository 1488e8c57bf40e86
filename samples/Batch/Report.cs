using Samples;
using Spectre.Console;

namespace Batch;

/// <summary>What was done, for people, on standard error.</summary>
internal static class Report
{
    public static void Write(IAnsiConsole console, Arguments arguments, Tally tally)
    {
        StatusConsole.Line(console, $"answers: {tally.Answered:N0} of {tally.Total:N0}"
            + (tally.Failed > 0 ? $", {tally.Failed:N0} failed" : "")
            + (tally.Before > 0 ? $", {tally.Before:N0} from an earlier run" : ""));
        var hasRun = tally.Answered > tally.Before;
        if (hasRun)
        {
            var speed = tally.GeneratedTokens / tally.Elapsed.TotalSeconds;
            StatusConsole.Line(console, $"prompts: {StatusConsole.Count(tally.PromptTokens)}; answers: "
                + $"{StatusConsole.Count(tally.GeneratedTokens)} in {StatusConsole.Seconds(tally.Elapsed)}, "
                + $"{speed:N1} tokens/s together");
        }

        StatusConsole.Line(
            console, $"ended: {Describe(arguments, tally)}" + (hasRun ? $", seed {arguments.Seed}" : ""));
    }

    private static string Describe(Arguments arguments, Tally tally) =>
        !tally.IsStopped ? "all done"
        : arguments.Output is "-" ? "stopped"
        : "stopped; the same command goes on from here";
}
