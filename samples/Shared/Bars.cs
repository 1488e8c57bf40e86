using Spectre.Console;

namespace Samples;

/// <summary>A bar on the terminal while something runs; nothing where standard error is no terminal.</summary>
internal static class Bars
{
    /// <param name="status">Standard error.</param>
    /// <param name="title">What runs.</param>
    /// <param name="run">Runs it; told how to report what it is at, which may be empty, and which part is done.</param>
    public static async Task<T> RunAsync<T>(IAnsiConsole status, string title, Func<Action<string, double>, Task<T>> run)
    {
        if (!status.Profile.Out.IsTerminal)
        {
            return await run(static (_, _) => { });
        }

        return await status.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
                return await run((what, part) =>
                {
                    bar.Description = Markup.Escape(what.Length > 0 ? $"{title}: {what}" : title);
                    bar.Value = part;
                });
            });
    }

    /// <summary>The same while a model loads.</summary>
    public static Task<T> LoadAsync<T>(IAnsiConsole status, string path, Func<IProgress<float>, Task<T>> load) =>
        RunAsync(status, "Loading " + Path.GetFileName(path), report => load(new Progress<float>(part => report("", part))));

    /// <summary>Reports on the thread that does the work, so that nothing comes late.</summary>
    internal sealed class Progress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
