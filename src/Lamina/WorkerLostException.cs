namespace Lamina;

/// <summary>An engine is gone with all that it was doing: its process ended, or somebody disposed of it.</summary>
public sealed class WorkerLostException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which engine it was, and how it ended.</param>
    /// <param name="exitCode">
    /// The exit code of its process, 128 and the number of the signal that ended it; null where there was no process.
    /// </param>
    /// <param name="errorOutput">What the process wrote to its standard error last.</param>
    /// <param name="innerException">The cause, or null.</param>
    public WorkerLostException(
        string message, int? exitCode = null, string errorOutput = "", Exception? innerException = null)
        : base("work", message, exitCode, innerException)
    {
        ErrorOutput = errorOutput;
    }

    /// <summary>
    /// The exit code of its process, on Unix 128 and the number of the signal that ended it; null where there was none.
    /// </summary>
    public int? ExitCode => NativeStatus;

    /// <summary>What its process wrote to its standard error last; empty where there was none.</summary>
    public string ErrorOutput { get; }
}
