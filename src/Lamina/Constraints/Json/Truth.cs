namespace Lamina.Constraints.Json;

/// <summary>Whether something holds of a value that may not be whole yet. Ordered, so that "and" is the least of its parts.</summary>
internal enum Truth : byte
{
    /// <summary>It does not hold, whatever comes.</summary>
    No,

    /// <summary>It depends on what comes.</summary>
    Open,

    /// <summary>It holds, whatever comes.</summary>
    Yes,
}
