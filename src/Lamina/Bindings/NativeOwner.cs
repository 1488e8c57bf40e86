namespace Lamina.Bindings;

/// <summary>
/// Which native library the process has loaded. Two of them have files and functions of the same names, of other
/// releases, and each would call into the other.
/// </summary>
internal static class NativeOwner
{
    private static string? _owner;

    /// <summary>Says that a library is about to be loaded.</summary>
    /// <param name="library">Its name.</param>
    /// <exception cref="NativeLibraryException">Another one has been.</exception>
    public static void Claim(string library)
    {
        var owner = Interlocked.CompareExchange(ref _owner, library, null) ?? library;
        if (!string.Equals(owner, library, StringComparison.Ordinal))
        {
            throw new NativeLibraryException($"The process already runs models on {owner}, whose native libraries cannot "
                + $"be loaded beside those of {library}. Use one of the two, or a process for each.");
        }
    }
}
