using System.Globalization;
using Lamina.LlamaCpp;
using Lamina.Tuning;
using Samples;

namespace Tune;

/// <summary>Tunes, and writes what came of it.</summary>
internal static class TuningCommand
{
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var status = StatusConsole.Open();
        var tuner = new EngineTuner(new LlamaCppRuntime(), arguments.Tuning);
        var report = await Bars.RunAsync(status, "Tuning", bar => tuner.TuneAsync(
            arguments.Model, new Bars.Progress<TuningProgress>(step => bar(Describe(step), (double)step.Done / step.Total)), cancellationToken));
        var picture = Path.ChangeExtension(arguments.Output, ".svg");
        await File.WriteAllTextAsync(arguments.Output, report.ToConfiguration(), CancellationToken.None);
        await File.WriteAllTextAsync(picture, report.ToSvg(), CancellationToken.None);
        using var output = StandardOutput.Open();
        output.Write(report.ToTable());
        StatusConsole.Line(status, report.Best == report.Baseline
            ? "No setting is faster than the defaults; they are in"
            : string.Create(CultureInfo.InvariantCulture, $"The best options ({report.Best.Label}: {100 * (report.Gain - 1):F1} % over the defaults) are in"));
        StatusConsole.Line(status, arguments.Output);
        StatusConsole.Line(status, picture);
    }

    private static string Describe(TuningProgress step) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(step.Phase == TuningPhase.Search ? "search" : "comparison")}, {step.Tried} tried, best {step.BestRatio:F2} × ({step.Best})");
}
