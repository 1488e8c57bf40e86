using System.Text;

namespace Lamina.Gguf;

/// <summary>
/// Which characters a SentencePiece vocabulary cannot express. It spells characters without a token in bytes, and a
/// native tokenizer ends the process over a byte that has no token either.
/// </summary>
internal sealed class ByteCoverage
{
    private const string Space = "\u2581"; // stands for a space, and in front of a text

    private readonly bool[] _isCovered;
    private readonly HashSet<string> _characters;

    private ByteCoverage(bool[] isCovered, HashSet<string> characters)
    {
        _isCovered = isCovered;
        _characters = characters;
    }

    /// <summary>Reads the vocabulary.</summary>
    /// <returns>Null where any text can be expressed, as in nearly all models.</returns>
    public static ByteCoverage? Create(GgufMetadata metadata)
    {
        var kind = metadata.GetString("tokenizer.ggml.model")?.Split('\0')[0];
        var tokens = metadata.GetArray("tokenizer.ggml.tokens");
        if (kind is not "llama" || tokens is null)
        {
            return null;
        }

        var isCovered = new bool[256];
        var characters = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            var text = tokens.GetUtf8(i);
            var end = text.IndexOf((byte)0);
            text = end < 0 ? text : text[..end];
            if (text is [(byte)'<', (byte)'0', (byte)'x', var high, var low, (byte)'>'])
            {
                if (Digit(high) is >= 0 and var first && Digit(low) is >= 0 and var second)
                {
                    isCovered[(first << 4) + second] = true;
                }
            }
            else if (text.Length == 1)
            {
                isCovered[text[0]] = true;
            }
            else if (Rune.DecodeFromUtf8(text, out var character, out var used) == default && used == text.Length)
            {
                characters.Add(character.ToString());
            }
        }

        return Array.TrueForAll(isCovered, covered => covered) ? null : new ByteCoverage(isCovered, characters);
    }

    /// <summary>Finds a character that cannot be expressed.</summary>
    /// <returns>The character, or null where all can.</returns>
    public string? FindUncovered(string text)
    {
        if (!IsCovered(Space))
        {
            return " ";
        }

        foreach (var rune in text.EnumerateRunes())
        {
            var character = rune.ToString();
            if (rune.Value != ' ' && !IsCovered(character))
            {
                return character;
            }
        }

        return null;
    }

    private bool IsCovered(string character) => _characters.Contains(character)
        || Array.TrueForAll(Encoding.UTF8.GetBytes(character), value => _isCovered[value]);

    private static int Digit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
