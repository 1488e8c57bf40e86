namespace Lamina;

/// <summary>A device that was asked for is not there, or cannot be used.</summary>
public sealed class DeviceUnavailableException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked for, which devices there are, and why others cannot be used.</param>
    public DeviceUnavailableException(string message)
        : base("choose device", message)
    {
    }
}
