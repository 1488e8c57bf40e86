using System.CommandLine;
using System.Globalization;
using Lamina.LlamaCpp;
using Lamina.Quantization;
using Samples;

namespace Quantize;

/// <summary><c>quantize</c>: writes a smaller file.</summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        var source = Inputs.Source();
        var target = new Argument<string?>("target")
        {
            Description = "The file to write. [default: the source's name with the profile's, in this folder]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var profiles = Inputs.Profiles("How weights are stored; see --help of the program. [default: Int4]");
        var importance = Inputs.Importance();
        var threads = Inputs.Threads();
        var requantize = new Option<bool>("--allow-requantize") { Description = "Take a source that is quantized already, and lose more." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Write nothing, but say what each profile would give." };
        profiles.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 1)
            {
                result.AddError("Option '--profile' was given several times; one file is of one profile.");
            }
        });
        var command = new Command("quantize", "Writes a smaller file of a model.") { source, target, profiles, importance, threads, requantize, dryRun };
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = Inputs.ReadSource(result, source);
            var matrix = Inputs.ReadImportance(result, importance);
            var chosen = Inputs.ReadProfiles(result, profiles);
            if (result.GetValue(dryRun))
            {
                using var output = StandardOutput.Open();
                output.Write(ToTable(path, chosen.Length > 0 ? chosen : QuantizationProfile.All, matrix is not null));
                return 0;
            }

            var profile = chosen.Length > 0 ? chosen[0] : QuantizationProfile.Int4;
            var file = result.GetValue(target) ?? $"{Path.GetFileNameWithoutExtension(path)}.{profile.Name}.gguf";
            var options = new QuantizationOptions
            {
                Importance = matrix, AllowRequantize = result.GetValue(requantize), Threads = result.GetValue(threads),
            };
            await WriteAsync(path, file, profile, options, cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task WriteAsync(
        string source, string target, QuantizationProfile profile, QuantizationOptions options, CancellationToken cancellationToken)
    {
        var status = StatusConsole.Open();
        var made = await Bars.RunAsync(
            status,
            profile.Name,
            bar => LlamaCpp.QuantizeAsync(source, target, profile, options, ProgressOn(bar), cancellationToken));
        foreach (var group in made.Plan.Fallbacks.GroupBy(static tensor => (tensor.Type, tensor.Fallback)))
        {
            StatusConsole.Line(status, $"{group.Count()} tensors are {group.Key.Type}, such as {group.First().Source.Name}. {group.Key.Fallback}");
        }

        StatusConsole.Line(status, string.Create(
            CultureInfo.InvariantCulture,
            $"{made.SizeBytes / 1e6:N1} MB, {made.Plan.BitsPerWeight:F2} bits a weight ({made.Plan.SourceBytes / 1e6:N1} MB before)"
            + $"{(made.IsLossless ? ", and no weight has changed its value" : "")}."));
        using var output = StandardOutput.Open();
        foreach (var file in made.Files)
        {
            output.Write(file + "\n");
        }
    }

    private static Bars.Progress<QuantizationProgress> ProgressOn(Action<string, double> bar) => new(
        step => bar($"{step.Tensor}, {step.TensorsDone} of {step.TensorCount}", (double)step.BytesDone / step.ByteCount));

    private static string ToTable(string source, IEnumerable<QuantizationProfile> profiles, bool hasImportance)
    {
        var lines = new List<string> { "| profile | MB | bits a weight | tensors of another type than asked for | |", "|---|--:|--:|--:|---|" };
        foreach (var profile in profiles)
        {
            var plan = QuantizationPlan.Create(source, profile, hasImportance);
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"| {profile.Name} | {plan.SizeBytes / 1e6:F1} | {plan.BitsPerWeight:F2} | {plan.Fallbacks.Count()} | "
                + $"{(plan.NeedsImportance && !hasImportance ? "needs an importance matrix" : "")} |"));
        }

        return string.Join('\n', lines) + "\n";
    }
}
