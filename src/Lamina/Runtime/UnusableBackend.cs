namespace Lamina.Runtime;

/// <summary>A part of a runtime that is there and computes nothing.</summary>
public sealed record UnusableBackend
{
    /// <summary>What its file calls it: <c>vulkan</c>, <c>cuda</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The path of its file.</summary>
    public required string File { get; init; }

    /// <summary>
    /// Why, in words, the system's own where it is missing something:
    /// <c>libcudart.so.13: cannot open shared object file: No such file or directory</c>.
    /// </summary>
    public required string Reason { get; init; }
}
