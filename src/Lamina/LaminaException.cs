namespace Lamina;

/// <summary>An operation of Lamina failed. Its subclasses are the failures that a caller may want to treat apart.</summary>
public class LaminaException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="operation">What was being done, as a short phrase: <c>load model</c>, <c>decode</c>.</param>
    /// <param name="message">What was asked, what was found, and what would be right.</param>
    /// <param name="nativeStatus">The status that the native runtime returned, or null where none was involved.</param>
    /// <param name="innerException">The cause, or null.</param>
    public LaminaException(
        string operation, string message, int? nativeStatus = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Operation = operation;
        NativeStatus = nativeStatus;
    }

    /// <summary>What was being done, as a short phrase.</summary>
    public string Operation { get; }

    /// <summary>The status that the native runtime returned, or null where none was involved.</summary>
    public int? NativeStatus { get; }
}
