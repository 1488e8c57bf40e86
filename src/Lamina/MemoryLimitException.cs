using System.Globalization;

namespace Lamina;

/// <summary>A model, or the context asked for, needs more memory than there is; nothing was allocated.</summary>
public sealed class MemoryLimitException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="operation">What was being done.</param>
    /// <param name="what">What needs the memory, and how to need less.</param>
    /// <param name="requiredBytes">Bytes needed.</param>
    /// <param name="limitBytes">Bytes allowed.</param>
    public MemoryLimitException(string operation, string what, long requiredBytes, long limitBytes)
        : base(operation, string.Create(
            CultureInfo.InvariantCulture,
            $"{what} About {requiredBytes / 1e6:N0} MB are needed and {limitBytes / 1e6:N0} MB allowed."))
    {
        RequiredBytes = requiredBytes;
        LimitBytes = limitBytes;
    }

    /// <summary>Bytes needed.</summary>
    public long RequiredBytes { get; }

    /// <summary>Bytes allowed.</summary>
    public long LimitBytes { get; }
}
