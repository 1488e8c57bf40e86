using Lamina;
using Samples;
using Spectre.Console;

namespace Batch;

/// <summary>How far it is: a bar on a terminal, else a line now and then.</summary>
internal sealed class BatchProgress(IAnsiConsole status, IInferenceEngine engine, Tally tally)
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <param name="hasTerminal">Whether standard error is a terminal that answers are not written to.</param>
    /// <param name="work">What to show the progress of.</param>
    public Task ShowAsync(bool hasTerminal, Func<Task> work) => hasTerminal
        ? status.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask("Answering", maxValue: tally.Total);
                return RepeatAsync(BarInterval, work, () =>
                {
                    bar.Value = tally.Answered;
                    bar.Description = Markup.Escape(Describe());
                });
            })
        : RepeatAsync(LineInterval, work, () => StatusConsole.Line(status, Describe()));

    private static async Task RepeatAsync(TimeSpan interval, Func<Task> work, Action show)
    {
        using var timer = new PeriodicTimer(interval);
        var working = work();
        var tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(working, tick) == tick)
        {
            show();
            tick = timer.WaitForNextTickAsync().AsTask();
        }

        await working;
    }

    private string Describe()
    {
        var elapsed = tally.Elapsed;
        var speed = engine.GetMetrics().GeneratedTokens / elapsed.TotalSeconds;
        var text = $"{tally.Answered:N0} of {tally.Total:N0}, {speed:N0} tokens/s";
        var done = tally.Answered - tally.Before;
        if (done == 0)
        {
            return text;
        }

        var left = elapsed * ((tally.Total - tally.Answered) / (double)done);
        return text + $", {(int)left.TotalHours}:{left:mm\\:ss} left";
    }
}
