using Spectre.Console;

namespace Samples;

/// <summary>A bar on the terminal while the model loads; nothing where standard error is no terminal.</summary>
internal static class LoadProgress
{
    public static async Task<T> ShowAsync<T>(IAnsiConsole status, string path, Func<IProgress<float>?, Task<T>> load)
    {
        if (!status.Profile.Out.IsTerminal)
        {
            return await load(null);
        }

        return await status.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape("Loading " + Path.GetFileName(path)), maxValue: 1);
                return await load(new Reporter(bar));
            });
    }

    private sealed class Reporter(ProgressTask bar) : IProgress<float>
    {
        public void Report(float value) => bar.Value = value;
    }
}
