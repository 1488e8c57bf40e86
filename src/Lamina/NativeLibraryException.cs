namespace Lamina;

/// <summary>The native libraries of a runtime are missing, or not the ones that it was made for.</summary>
public sealed class NativeLibraryException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was looked for, where, what was found, and what would help.</param>
    /// <param name="innerException">The cause, or null.</param>
    public NativeLibraryException(string message, Exception? innerException = null)
        : base("load native library", message, innerException: innerException)
    {
    }
}
