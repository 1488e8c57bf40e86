using System.Globalization;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>
/// What a format asks for: fill, alignment (0: none), sign (0: none), <c>z</c>, <c>#</c>, width, grouping (0: none), precision
/// and type (0: none).
/// </summary>
internal sealed record FormatSpec(
    Text Fill, char Align, char Sign, bool DropsNegativeZero, bool IsAlternate, int Width, char Grouping, int? Precision, char Type)
{
    /// <summary>Reads a format such as <c>*&gt;+8,.2f</c>.</summary>
    /// <param name="spec">The format.</param>
    /// <param name="value">What it is for, for the message.</param>
    /// <exception cref="TemplateFault">It is none.</exception>
    public static FormatSpec Parse(Text spec, object? value)
    {
        var text = spec.Value;
        var at = 0;
        Text fill = " ";
        var align = '\0';
        var first = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;
        var isFilled = text.Length > first && IsAlign(text[first]);
        if (isFilled)
        {
            (fill, align, at) = (spec.Slice(0, first), text[first], first + 1);
        }
        else if (text.Length > 0 && IsAlign(text[0]))
        {
            (align, at) = (text[0], 1);
        }

        var sign = at < text.Length && text[at] is '+' or '-' or ' ' ? text[at++] : '\0';
        var dropsNegativeZero = Takes(text, ref at, 'z');
        var isAlternate = Takes(text, ref at, '#');
        if (!isFilled && Takes(text, ref at, '0'))
        {
            fill = "0";
            align = align == '\0' && value is not Text ? '=' : align;
        }

        var width = Number(text, ref at) ?? 0;
        var grouping = at < text.Length && text[at] is ',' or '_' ? text[at++] : '\0';
        int? precision = null;
        if (Takes(text, ref at, '.'))
        {
            precision = Number(text, ref at) ?? throw new TemplateFault("Format specifier missing precision");
        }

        var type = at < text.Length ? text[at++] : '\0';
        if (at < text.Length)
        {
            throw new TemplateFault($"Invalid format specifier '{text}' for object of type '{ValueTypes.NameOf(value)}'");
        }

        Sizes.Check(width);
        var isGrouped = type is '\0' or 'd' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%'
            || (grouping == '_' && type is 'b' or 'o' or 'x' or 'X');
        return grouping == '\0' || isGrouped
            ? new FormatSpec(fill, align, sign, dropsNegativeZero, isAlternate, width, grouping, precision, type)
            : throw new TemplateFault($"Cannot specify '{grouping}' with '{type}'.");
    }

    private static bool IsAlign(char character) => character is '<' or '>' or '=' or '^';

    private static bool Takes(string text, ref int at, char character)
    {
        var isThere = at < text.Length && text[at] == character;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private static int? Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at == start ? null
            : int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new TemplateFault("Too many decimal digits in format string");
    }
}
