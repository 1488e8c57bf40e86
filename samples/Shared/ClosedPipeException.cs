namespace Samples;

/// <summary>Nobody reads the output any more.</summary>
internal sealed class ClosedPipeException : Exception
{
    /// <summary>What a shell shows for a program that wrote to a closed pipe: 128 and SIGPIPE.</summary>
    public const int ExitCode = 141;
}
