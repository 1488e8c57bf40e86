using System.CommandLine;
using Lamina;
using Lamina.LlamaCpp;
using Lamina.Quantization;
using Lamina.Quantization.Quality;
using Samples;
using TinyCorpus;
using TinyCorpus.Evaluation;

namespace Quantize;

/// <summary><c>report</c>: measures what profiles cost and give.</summary>
internal static class ReportCommand
{
    /// <summary>Questions of each task: enough for a few per cent.</summary>
    private const int Questions = 100;

    public static Command Create()
    {
        var source = Inputs.Source();
        var text = new Argument<string>("text") { Description = "A text file, like what the model is for; some ten thousand tokens are good." };
        var profiles = Inputs.Profiles("A profile to measure. May be given several times. [default: all that do without an importance matrix, or all]");
        var importance = Inputs.Importance();
        var folder = new Option<string>("--output", "-o")
        {
            Description = "A folder for report.md, report.json and report.svg.",
            HelpName = "folder",
            DefaultValueFactory = static _ => "report",
        };
        var checks = new Option<string[]>("--check")
        {
            Description = "What the models go through besides: tasks (the tiny model's), refusals (for models that chat). May be given several times.",
            HelpName = "name",
            DefaultValueFactory = static _ => [],
        };
        checks.AcceptOnlyFromAmong("tasks", "refusals");
        var chunks = NumberOption.Create<int>(["--chunks"], "count", "The most pieces of 512 tokens to read. [default: all]", 1, int.MaxValue);
        var rounds = NumberOption.Create(["--speed-rounds"], "count", "How often speeds are measured; 0 for not at all.", 0, 100, 3);
        var threads = Inputs.Threads();
        var requantize = new Option<bool>("--allow-requantize") { Description = "Take a source that is quantized already." };
        var command = new Command("report", "Measures quality, size and speed of a model in several profiles.")
        {
            source, text, profiles, importance, folder, checks, chunks, rounds, threads, requantize,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var names = result.GetRequiredValue(checks);
            var options = new QualityReportOptions
            {
                Chunks = result.GetValue(chunks),
                SpeedRounds = result.GetValue(rounds) ?? 3,
                Threads = result.GetValue(threads),
                Checks =
                [
                    .. names.Contains("tasks", StringComparer.Ordinal)
                        ? new IQualityCheck[] { new TaskCheck(TinyTasks.All, new() { Questions = Questions, Samples = 0 }) } : [],
                    .. names.Contains("refusals", StringComparer.Ordinal) ? new IQualityCheck[] { new RefusalCheck() } : [],
                ],
            };
            var quantization = new QuantizationOptions
            {
                Importance = Inputs.ReadImportance(result, importance),
                AllowRequantize = result.GetValue(requantize),
                Threads = result.GetValue(threads),
            };
            var path = Inputs.ReadSource(result, source);
            var chosen = Inputs.ReadProfiles(result, profiles);
            await WriteAsync(
                path,
                await File.ReadAllTextAsync(result.GetRequiredValue(text), cancellationToken),
                chosen.Length > 0 ? chosen : [.. QuantizationProfile.All.Where(profile => IsPossible(path, profile, quantization))],
                quantization,
                options,
                result.GetRequiredValue(folder),
                cancellationToken);
            return 0;
        });
        return command;
    }

    private static bool IsPossible(string source, QuantizationProfile profile, QuantizationOptions options) =>
        options.Importance is not null || !QuantizationPlan.Create(source, profile).NeedsImportance;

    private static async Task WriteAsync(
        string source,
        string text,
        IReadOnlyList<QuantizationProfile> profiles,
        QuantizationOptions quantization,
        QualityReportOptions options,
        string folder,
        CancellationToken cancellationToken)
    {
        var status = StatusConsole.Open();
        Directory.CreateDirectory(folder);
        var copies = Directory.CreateTempSubdirectory("lamina-quantize-");
        try
        {
            var report = await Bars.RunAsync(status, "Report", async bar =>
            {
                var models = new List<QualityModel>();
                foreach (var profile in profiles)
                {
                    var file = Path.Combine(copies.FullName, $"{profile.Name}.gguf");
                    var made = await LlamaCpp.QuantizeAsync(source, file, profile, quantization, new Bars.Progress<QuantizationProgress>(
                        step => bar($"{profile.Name}, made", (double)step.BytesDone / step.ByteCount)), cancellationToken);
                    models.Add(new(profile.Name, made.Files[0]));
                }

                var progress = new Bars.Progress<QualityProgress>(step => bar($"{step.Label}, {step.Phase.ToString().ToLowerInvariant()}", step.Part));
                return await new QualityReporter(new LlamaCppRuntime(), options).CreateAsync(
                    new("source", source), models, text, progress, cancellationToken);
            });
            using var output = StandardOutput.Open();
            output.Write(report.ToTable());
            foreach (var name in (string[])["report.md", "report.json", "report.svg"])
            {
                var file = Path.Combine(folder, name);
                await report.SaveAsync(file, cancellationToken);
                StatusConsole.Line(status, file);
            }
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }
}
