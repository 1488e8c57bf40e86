using Lamina.Runtime;
using Spectre.Console;

namespace Samples;

/// <summary>Standard error, for people: bars while something runs, and a few lines at its end.</summary>
internal static class StatusConsole
{
    public static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 1000; // a line in a log is not wrapped
        }

        return console;
    }

    public static void Line(IAnsiConsole console, string text) =>
        console.WriteLine(text, new Style(Color.Grey));

    public static string Describe(ModelInfo model, TimeSpan loadTime) =>
        $"{model.Name} ({model.Architecture}, {model.FileType}, {model.ParameterCount / 1e6:N1} M weights, "
        + $"{model.SizeBytes / 1e6:N1} MB), loaded in {Seconds(loadTime)}";

    public static string Count(long tokens) => tokens == 1 ? "1 token" : $"{tokens:N0} tokens";

    public static string Seconds(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:N0} ms" : $"{time.TotalSeconds:N2} s";
}
