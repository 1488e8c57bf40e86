namespace Samples;

/// <summary>The engine names its own options; on a command line they have others.</summary>
internal static class OptionNames
{
    public static string In(string message) => message
        .Replace("EngineOptions.ContextSize", "--context-size", StringComparison.Ordinal)
        .Replace("EngineOptions.MaxSequences", "--parallel", StringComparison.Ordinal);
}
