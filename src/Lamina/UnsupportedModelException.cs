namespace Lamina;

/// <summary>A model is whole, but of a kind that the runtime cannot run.</summary>
public sealed class UnsupportedModelException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="architecture">The architecture that the file names.</param>
    /// <param name="message">What is not supported and what would be.</param>
    public UnsupportedModelException(string architecture, string message)
        : base("load model", message)
    {
        Architecture = architecture;
    }

    /// <summary>The architecture that the file names.</summary>
    public string Architecture { get; }
}
