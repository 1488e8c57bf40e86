using System.Globalization;
using System.Text;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Values as Python's <c>ascii</c> prints them.</summary>
internal static class AsciiText
{
    /// <summary>As by <c>repr</c>, with escapes for all that is not ASCII.</summary>
    public static Text Represent(object? value)
    {
        var text = Printer.Represent(value);
        var builder = new TextBuilder();
        for (var i = 0; i < text.Value.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text.Value, i, out var rune);
            var part = text.Slice(i, isRune ? rune.Utf16SequenceLength : 1);
            builder.Append(isRune && rune.IsAscii ? part : Text.Of(Escape(isRune ? rune.Value : text.Value[i]), part.IsTyped));
            i += part.Value.Length;
        }

        return builder.ToText();
    }

    private static string Escape(int character) => character switch
    {
        < 0x100 => string.Create(CultureInfo.InvariantCulture, $"\\x{character:x2}"),
        < 0x10000 => string.Create(CultureInfo.InvariantCulture, $"\\u{character:x4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{character:x8}"),
    };
}
