namespace Lamina;

/// <summary>A device had no room for what it was given of a model; what it had taken of it is freed.</summary>
public sealed class DeviceMemoryException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="operation">What was being done.</param>
    /// <param name="message">What was given to which device, what it said, and how to give it less.</param>
    /// <param name="innerException">The cause, or null.</param>
    public DeviceMemoryException(string operation, string message, Exception? innerException = null)
        : base(operation, message, innerException: innerException)
    {
    }
}
