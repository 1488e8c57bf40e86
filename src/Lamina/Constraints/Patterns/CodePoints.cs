namespace Lamina.Constraints.Patterns;

/// <summary>The code points of texts.</summary>
internal static class CodePoints
{
    /// <summary>The text of a code point, a lone surrogate among them.</summary>
    public static string ToText(int codePoint) =>
        codePoint is >= 0xD800 and <= 0xDFFF ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint);

    /// <summary>The code points in their order; of a lone surrogate that surrogate.</summary>
    public static IEnumerable<int> Of(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            yield return isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            i += isPair ? 1 : 0;
        }
    }
}
