using System.Globalization;
using System.Text;

namespace Lamina.Chat.Replies;

/// <summary>Reads a JSON string as it comes.</summary>
internal sealed class JsonStringReader
{
    private bool _isOpen;

    /// <summary>Whether it has been closed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Reads on.</summary>
    /// <param name="text">What was not read yet.</param>
    /// <param name="length">How much of it was read.</param>
    /// <returns>The text that the string holds.</returns>
    public string Read(string text, out int length)
    {
        var found = new StringBuilder();
        length = 0;
        while (!IsOver && length < text.Length)
        {
            var c = text[length];
            if (!_isOpen)
            {
                _isOpen = c == '"';
                length++;
            }
            else if (c == '"')
            {
                IsOver = true;
                length++;
            }
            else if (c != '\\')
            {
                found.Append(c);
                length++;
            }
            else if (!TryUnescape(text.AsSpan(length), found, out var escape))
            {
                break;
            }
            else
            {
                length += escape;
            }
        }

        return found.ToString();
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, StringBuilder found, out int length)
    {
        length = text.Length > 1 && text[1] == 'u' ? 6 : 2;
        if (text.Length < length)
        {
            return false;
        }

        found.Append(text[1] switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => (char)int.Parse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            var other => other,
        });
        return true;
    }
}
