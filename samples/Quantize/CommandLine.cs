using System.CommandLine;
using Lamina.Quantization;

namespace Quantize;

/// <summary>The commands.</summary>
internal static class CommandLine
{
    public static RootCommand Create() => new(
        "Makes models smaller, and says what that costs.\n\nProfiles:\n"
        + string.Join('\n', QuantizationProfile.All.Select(static profile => $"  {profile.Name,-10} {profile.Description}")))
    {
        QuantizeCommand.Create(),
        ImportanceCommand.Create(),
        ReportCommand.Create(),
    };
}
