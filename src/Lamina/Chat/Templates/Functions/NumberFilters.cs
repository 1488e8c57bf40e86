using System.Collections.Frozen;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters that read, change and print numbers.</summary>
internal static class NumberFilters
{
    private static readonly string[] Prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];

    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["abs"] = Absolute,
        ["filesizeformat"] = FileSize,
        ["float"] = ToFloat,
        ["int"] = ToInteger,
        ["round"] = Round,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static object? Absolute(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("abs");
        run.Spend();
        return value switch
        {
            double number => Math.Abs(number),
            bool or long or BigInteger => ValueTypes.Integer(BigInteger.Abs(ValueTypes.ToBigInteger(value))),
            _ => throw new TemplateFault($"bad operand type for abs(): '{ValueTypes.NameOf(value)}'"),
        };
    }

    private static Text FileSize(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("filesizeformat", "binary");
        run.Spend();
        var isBinary = arguments.Flag(0, "binary");
        var bytes = NumberReader.ToFloat(value);
        var step = isBinary ? 1024.0 : 1000.0;
        if (bytes < step)
        {
            return bytes == 1 ? "1 Byte" : $"{Printer.Print(NumberReader.Truncate(bytes)).Value} Bytes";
        }

        var (place, unit) = (0, step * step);
        while (place < Prefixes.Length - 1 && !(bytes < unit))
        {
            (place, unit) = (place + 1, unit * step);
        }

        var count = FloatFormat.Write(step * bytes / unit, 'f', 1, isAlternate: false);
        return isBinary ? $"{count} {Prefixes[place].ToUpperInvariant()}iB" : $"{count} {Prefixes[place]}B";
    }

    private static object? ToFloat(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("float", "default");
        run.Spend();
        return value switch
        {
            Text text when NumberReader.TryFloat(text.Value, out var number) => number,
            bool or long or BigInteger or double or Undefined => NumberReader.ToFloat(value),
            _ => arguments.Get(0, "default", 0.0),
        };
    }

    private static object? ToInteger(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("int", "default", "base");
        run.Spend();
        switch (value)
        {
            case Text text:
                run.Spend(text);
                if (NumberReader.TryInteger(text.Value, arguments.Integer(1, "base", 10), out var integer))
                {
                    return ValueTypes.Integer(integer);
                }

                if (NumberReader.TryFloat(text.Value, out var real) && double.IsFinite(real))
                {
                    return NumberReader.Truncate(real);
                }

                break;
            case double number when !double.IsNaN(number):
                return NumberReader.Truncate(number);
            case bool or long or BigInteger:
                return ValueTypes.Integer(ValueTypes.ToBigInteger(value));
            case Undefined undefined:
                throw undefined.Fail();
            default:
                break;
        }

        return arguments.Get(0, "default", 0L);
    }

    private static object? Round(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("round", "precision", "method");
        run.Spend();
        var method = Printer.Print(arguments.Get(1, "method", Text.Of("common", isTyped: false))).Value;
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw new TemplateFault("method must be common, ceil or floor");
        }

        var precision = arguments.Get(0, "precision", 0L);
        var digits = precision is null ? 0 : Math.Max(ValueTypes.ToInt32(precision, "precision"), -int.MaxValue);
        if (!ValueTypes.IsNumber(value))
        {
            throw new TemplateFault($"type {ValueTypes.NameOf(value)} doesn't define __round__ method");
        }

        if (method is not "common")
        {
            var scale = Math.Pow(10, digits);
            var scaled = NumberReader.ToFloat(value) * scale;
            return (method is "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)) / scale;
        }

        if (value is double number)
        {
            var rounded = FloatDigits.Round(number, digits);
            return precision is null ? NumberReader.Truncate(rounded) : rounded;
        }

        var integer = ValueTypes.ToBigInteger(value!);
        return ValueTypes.Integer(digits < 0 ? FloatDigits.RoundInteger(integer, -digits) : integer);
    }
}
