namespace Lamina.Tokens;

/// <summary>What to fall back to where a match ends: Knuth, Morris and Pratt (1977), "Fast Pattern Matching in Strings".</summary>
internal static class Borders
{
    /// <summary>For each prefix, the length of the longest proper prefix of it that is its suffix as well.</summary>
    public static int[] Of<T>(ReadOnlySpan<T> pattern)
        where T : unmanaged, IEquatable<T>
    {
        var borders = new int[pattern.Length];
        for (int i = 1, length = 0; i < pattern.Length; i++)
        {
            while (length > 0 && !pattern[i].Equals(pattern[length]))
            {
                length = borders[length - 1];
            }

            length += pattern[i].Equals(pattern[length]) ? 1 : 0;
            borders[i] = length;
        }

        return borders;
    }
}
