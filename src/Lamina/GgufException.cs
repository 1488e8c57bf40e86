namespace Lamina;

/// <summary>A file is no GGUF file, is damaged or cut short, or says things of its model that cannot be true.</summary>
public sealed class GgufException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file, as it was given.</param>
    /// <param name="fault">What is wrong with the file and what would be right.</param>
    /// <param name="innerException">The cause, or null.</param>
    public GgufException(string path, string fault, Exception? innerException = null)
        : base("read GGUF", $"'{path}' cannot be used: {fault}", innerException: innerException)
    {
        Path = path;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }
}
