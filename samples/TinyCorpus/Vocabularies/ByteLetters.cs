using System.Text;

namespace TinyCorpus.Vocabularies;

/// <summary>
/// A printable letter for each byte, as byte-level vocabularies write their tokens (GPT-2): printable bytes stand for
/// themselves, the others for letters from U+0100 on.
/// </summary>
internal static class ByteLetters
{
    private static readonly char[] Letters = Create();

    /// <summary>The letter of each byte.</summary>
    public static ReadOnlySpan<char> All => Letters;

    public static string Encode(string text) =>
        string.Create(Encoding.UTF8.GetByteCount(text), text, static (letters, text) =>
        {
            var at = 0;
            foreach (var value in Encoding.UTF8.GetBytes(text))
            {
                letters[at++] = Letters[value];
            }
        });

    private static char[] Create()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < letters.Length; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            letters[value] = (char)(isPrintable ? value : next++);
        }

        return letters;
    }
}
