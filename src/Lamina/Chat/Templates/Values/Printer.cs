using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Lamina.Chat.Templates.Values;

/// <summary>Values as Python prints them: <c>str</c> and <c>repr</c>.</summary>
internal static class Printer
{
    /// <summary>As in output, and by <c>str</c>.</summary>
    public static Text Print(object? value)
    {
        switch (value)
        {
            case Text text:
                return text;
            case Undefined:
                return Text.Empty;
            default:
                return Represent(value);
        }
    }

    /// <summary>As within lists, and by <c>repr</c>.</summary>
    public static Text Represent(object? value)
    {
        var builder = new TextBuilder();
        Represent(value, builder);
        return builder.ToText();
    }

    /// <summary>A float as Python writes it: the shortest that reads back the same, never without a point or an exponent.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        var (digits, exponent) = Digits(value.ToString("R", CultureInfo.InvariantCulture));
        var sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static string Integer(object value)
    {
        const int mostBits = 14_300; // 4,300 digits
        return value is BigInteger number && number.GetBitLength() > mostBits
            ? throw new TemplateFault("Exceeds the limit (4300 digits) for integer string conversion")
            : ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
    }

    private static void Represent(object? value, TextBuilder builder)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case null:
                builder.Append("None");
                break;
            case bool flag:
                builder.Append(flag ? "True" : "False");
                break;
            case long or BigInteger:
                builder.Append(Integer(value));
                break;
            case double number:
                builder.Append(Number(number));
                break;
            case Text text:
                Quote(text, builder);
                break;
            case Undefined:
                builder.Append("Undefined");
                break;
            case TemplateList list:
                builder.Append(list.IsTuple ? "(" : "[");
                Join(list.Items, builder);
                builder.Append(list.IsTuple ? list.Count == 1 ? ",)" : ")" : "]");
                break;
            case DictionaryView view:
                builder.Append(view.Kind + "([");
                Join(view.Items, builder);
                builder.Append("])");
                break;
            case TemplateDictionary dictionary:
                Represent(dictionary, builder);
                break;
            case IPrintable printable:
                builder.Append(printable.Print());
                break;
            default:
                builder.Append($"<{ValueTypes.NameOf(value)} object>");
                break;
        }
    }

    private static void Represent(TemplateDictionary dictionary, TextBuilder builder)
    {
        var separator = "{";
        foreach (var (key, item) in dictionary.Entries)
        {
            builder.Append(separator);
            Represent(key, builder);
            builder.Append(": ");
            Represent(item, builder);
            separator = ", ";
        }

        builder.Append(dictionary.Count == 0 ? "{}" : "}");
    }

    private static void Join(IReadOnlyList<object?> items, TextBuilder builder)
    {
        for (var i = 0; i < items.Count; i++)
        {
            builder.Append(i == 0 ? "" : ", ");
            Represent(items[i], builder);
        }
    }

    /// <summary>The digits of a number as .NET writes it, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(string shortest)
    {
        var parts = shortest.TrimStart('-').Split('E');
        var mantissa = parts[0];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var zeros = all.Length - all.TrimStart('0').Length;
        var power = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return (all.Trim('0'), (point < 0 ? mantissa.Length : point) - 1 - zeros + power);
    }

    private static void Quote(Text text, TextBuilder builder)
    {
        var value = text.Value;
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        builder.Append(text.IsMarkup ? "Markup(" + quote : quote.ToString());
        for (var i = 0; i < value.Length;)
        {
            var status = Rune.DecodeFromUtf16(value.AsSpan(i), out var rune, out var length);
            var escaped = status != System.Buffers.OperationStatus.Done
                ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)value[i]:x4}")
                : Escape(rune, quote);
            builder.Append(escaped is null ? text.Slice(i, length) : Text.Of(escaped, text.IsTyped));
            i += length;
        }

        builder.Append(text.IsMarkup ? quote + ")" : quote.ToString());
    }

    /// <summary>How a character is written in quotes; null for as it is.</summary>
    private static string? Escape(Rune rune, char quote) => rune.Value switch
    {
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when rune.Value == quote => "\\" + quote,
        _ when rune.Value == ' ' || !IsUnprintable(Rune.GetUnicodeCategory(rune)) => null,
        < 0x100 => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        < 0x10000 => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
    };

    private static bool IsUnprintable(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator;
}
