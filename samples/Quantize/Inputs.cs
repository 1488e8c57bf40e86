using System.CommandLine;
using Lamina;
using Lamina.Quantization;
using Samples;

namespace Quantize;

/// <summary>What several commands are given.</summary>
internal static class Inputs
{
    public static Argument<string> Source() => new("source")
    {
        Description = "The model, a GGUF file; of one in several parts, the first. \"tiny\" is the one that comes with Lamina.",
    };

    public static Option<string[]> Profiles(string description)
    {
        var option = new Option<string[]>("--profile", "-p")
        {
            Description = description,
            HelpName = "name",
            DefaultValueFactory = static _ => [],
        };
        option.Validators.Add(static result =>
        {
            foreach (var name in result.Tokens.Select(static token => token.Value).Where(static name => !IsProfile(name)))
            {
                result.AddError($"Option '--profile' was '{name}'; there are {string.Join(", ", QuantizationProfile.All.Select(static profile => profile.Name))}.");
            }
        });
        return option;
    }

    public static Option<string?> Importance() => new("--imatrix", "-i")
    {
        Description = "An importance matrix of the model, as the command imatrix writes it.",
        HelpName = "file",
    };

    public static Option<int?> Threads() => NumberOption.Create<int>(
        ["--threads"], "count", "Threads to compute with. [default: one for each processor]", 1, 512);

    public static string ReadSource(ParseResult result, Argument<string> argument) =>
        result.GetRequiredValue(argument) is var path && string.Equals(path, "tiny", StringComparison.Ordinal) ? TinyModel.Path : path;

    public static QuantizationProfile[] ReadProfiles(ParseResult result, Option<string[]> option) =>
        [.. result.GetRequiredValue(option).Select(QuantizationProfile.Get)];

    public static ImportanceMatrix? ReadImportance(ParseResult result, Option<string?> option) =>
        result.GetValue(option) is { } path ? ImportanceMatrix.Load(path) : null;

    private static bool IsProfile(string name) =>
        QuantizationProfile.All.Any(profile => string.Equals(profile.Name, name, StringComparison.OrdinalIgnoreCase));
}
