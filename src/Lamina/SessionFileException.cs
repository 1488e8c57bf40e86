using Lamina.Sequences;

namespace Lamina;

/// <summary>A session file cannot be used: it is none, is not whole, or its state does not fit the engine.</summary>
public sealed class SessionFileException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file, as it was given; null for a state that came from no file.</param>
    /// <param name="reason">The kind of fault.</param>
    /// <param name="fault">What is wrong and what would be right.</param>
    /// <param name="innerException">The cause, or null.</param>
    public SessionFileException(
        string? path, SessionFileFault reason, string fault, Exception? innerException = null)
        : base(
            "load session",
            $"{(path is null ? "The state" : $"'{path}'")} cannot be used: {fault}",
            innerException: innerException)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file, as it was given; null for a state that came from no file.</summary>
    public string? Path { get; }

    /// <summary>The kind of fault.</summary>
    public SessionFileFault Reason { get; }
}
