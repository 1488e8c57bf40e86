using Lamina.LlamaCpp;
using Lamina.Tuning.Roofline;
using Samples;

namespace Tune;

/// <summary>Holds what is reached against what the processor can do.</summary>
internal static class RooflineCommand
{
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var status = StatusConsole.Open();
        var meter = new RooflineMeter(new LlamaCppRuntime(), arguments.Roofline);
        var report = await Bars.RunAsync(status, "Roofline", bar => meter.MeasureAsync(
            arguments.Model, new Bars.Progress<float>(part => bar("the model", part)), cancellationToken));
        await File.WriteAllTextAsync(arguments.Output, report.ToSvg(), CancellationToken.None);
        using var output = StandardOutput.Open();
        output.Write(report.ToTable());
        StatusConsole.Line(status, arguments.Output);
    }
}
