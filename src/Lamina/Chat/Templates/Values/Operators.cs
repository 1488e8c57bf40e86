using System.Numerics;
using Lamina.Chat.Templates.Functions;

namespace Lamina.Chat.Templates.Values;

/// <summary>Python's operators.</summary>
internal static class Operators
{
    private const int MostCharacters = 16_000_000;
    private const int MostBits = 100_000;

    /// <exception cref="TemplateFault">The values cannot be joined by the operator; so with all of them.</exception>
    public static object? Add(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        switch (a, b)
        {
            case (Text x, Text y):
                return run.Spend(Concatenate(x, y));
            case (TemplateList x, TemplateList y) when x.IsTuple == y.IsTuple:
                run.Spend(x.Count + y.Count);
                return new TemplateList([.. x.Items, .. y.Items], x.IsTuple);
            default:
                return Calculate("+", a, b, static (x, y) => x + y, static (x, y) => x + y);
        }
    }

    public static object? Subtract(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        return Calculate("-", a, b, static (x, y) => x - y, static (x, y) => x - y);
    }

    public static object? Multiply(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        var (value, times) = a is Text or TemplateList ? (a, b) : (b, a);
        if (value is Text or TemplateList && ValueTypes.IsInteger(times))
        {
            return Repeat(value, Math.Max(ValueTypes.ToInt32(times), 0), run);
        }

        if (ValueTypes.IsInteger(a) && ValueTypes.IsInteger(b))
        {
            RefuseLarge(ValueTypes.ToBigInteger(a!).GetBitLength() + ValueTypes.ToBigInteger(b!).GetBitLength());
        }

        return Calculate("*", a, b, static (x, y) => x * y, static (x, y) => x * y);
    }

    /// <summary>Division to a float.</summary>
    public static object? Divide(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        var (x, y) = Doubles("/", a, b);
        return y == 0 ? throw new TemplateFault("division by zero") : x / y;
    }

    /// <summary>Division rounded down.</summary>
    public static object? FloorDivide(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        return Calculate("//", a, b, Floor, static (x, y) => y == 0 ? throw ByZero() : Math.Floor(x / y));

        static BigInteger Floor(BigInteger x, BigInteger y)
        {
            var quotient = y.IsZero ? throw ByZero() : BigInteger.DivRem(x, y, out var rest);
            return !rest.IsZero && (rest < 0) != (y < 0) ? quotient - 1 : quotient;
        }
    }

    /// <summary>What is left by division rounded down; a text's placeholders filled in.</summary>
    public static object? Modulo(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        if (a is Text)
        {
            return PercentFormat.Format((Text)a, b, run);
        }

        return Calculate("%", a, b, Rest, static (x, y) => y == 0 ? throw ByZero() : x - (y * Math.Floor(x / y)));

        static BigInteger Rest(BigInteger x, BigInteger y)
        {
            var rest = y.IsZero ? throw ByZero() : BigInteger.Remainder(x, y);
            return !rest.IsZero && (rest < 0) != (y < 0) ? rest + y : rest;
        }
    }

    public static object? Power(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        if (ValueTypes.IsInteger(a) && ValueTypes.IsInteger(b) && ValueTypes.ToBigInteger(b!) >= 0)
        {
            RefuseLarge(ValueTypes.ToBigInteger(a!).GetBitLength() * (double)ValueTypes.ToBigInteger(b!));
            return ValueTypes.Integer(BigInteger.Pow(ValueTypes.ToBigInteger(a!), ValueTypes.ToInt32(b)));
        }

        var (x, y) = Doubles("** or pow()", a, b);
        var power = x == 0 && y < 0 ? throw new TemplateFault("0.0 cannot be raised to a negative power") : Math.Pow(x, y);
        return double.IsInfinity(power) && double.IsFinite(x) && double.IsFinite(y)
            ? throw new TemplateFault("(34, 'Numerical result out of range')")
            : power;
    }

    public static object? Negate(object? value) => value switch
    {
        double number => -number,
        _ when ValueTypes.IsInteger(value) => ValueTypes.Integer(-ValueTypes.ToBigInteger(value!)),
        Undefined undefined => throw undefined.Fail(),
        _ => throw new TemplateFault($"bad operand type for unary -: '{ValueTypes.NameOf(value)}'"),
    };

    public static object? Plus(object? value) => Negate(Negate(value));

    /// <summary>Both as output, one after the other.</summary>
    public static Text Join(IReadOnlyList<object?> values, TemplateRun run)
    {
        var builder = new TextBuilder();
        foreach (var value in values)
        {
            builder.Append(Printer.Print(value));
        }

        return run.Spend(builder.ToText());
    }

    /// <summary>Whether a value is in another.</summary>
    public static bool Contains(object? container, object? value, TemplateRun run)
    {
        switch (container)
        {
            case Text text when value is Text part:
                run.Spend((text.Value.Length / 16) + 1);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case Text:
                throw value is Undefined undefined ? undefined.Fail()
                    : new TemplateFault($"'in <string>' requires string as left operand, not {ValueTypes.NameOf(value)}");
            case TemplateDictionary dictionary:
                run.Spend();
                return ValueTypes.IsHashable(value) ? dictionary.TryGet(value, out _)
                    : throw new TemplateFault($"unhashable type: '{ValueTypes.NameOf(value)}'");
            case Undefined or TemplateList or DictionaryView or Iterator or IEnumerable<object?>:
                foreach (var item in Elements.Items(container))
                {
                    run.Spend();
                    if (ReferenceEquals(item, value) || ValueComparer.Instance.Equals(item, value))
                    {
                        return true;
                    }
                }

                return false;
            default:
                throw new TemplateFault($"argument of type '{ValueTypes.NameOf(container)}' is not iterable");
        }
    }

    /// <summary>Which of two comes first: below 0, 0, above 0.</summary>
    /// <param name="sign">The operator, for the message.</param>
    /// <param name="a">The left value.</param>
    /// <param name="b">The right value.</param>
    /// <returns>Null where one of them is no number in any order.</returns>
    public static int? Compare(string sign, object? a, object? b)
    {
        if ((a as Undefined ?? b as Undefined) is { } undefined)
        {
            throw undefined.Fail();
        }

        var areNumbers = ValueTypes.IsNumber(a) && ValueTypes.IsNumber(b);
        return ValueComparer.Compare(a, b) ?? (areNumbers ? null : throw new TemplateFault(
            $"'{sign}' not supported between instances of '{ValueTypes.NameOf(a)}' and '{ValueTypes.NameOf(b)}'"));
    }

    private static Text Concatenate(Text a, Text b)
    {
        var isMarkup = a.IsMarkup || b.IsMarkup;
        var builder = new TextBuilder();
        builder.Append(isMarkup && !a.IsMarkup ? Html.Escape(a) : a);
        builder.Append(isMarkup && !b.IsMarkup ? Html.Escape(b) : b);
        return builder.ToText(isMarkup);
    }

    private static object Repeat(object value, int times, TemplateRun run)
    {
        var length = value is Text { Value.Length: var characters } ? characters : ((TemplateList)value).Count;
        if ((long)length * times > MostCharacters)
        {
            throw new TemplateFault($"what is repeated would be larger than {MostCharacters}");
        }

        run.Spend((long)length * times);
        if (value is TemplateList list)
        {
            return new TemplateList([.. Enumerable.Repeat(list.Items, times).SelectMany(items => items)], list.IsTuple);
        }

        var builder = new TextBuilder();
        for (var i = 0; i < times; i++)
        {
            builder.Append((Text)value);
        }

        return builder.ToText(((Text)value).IsMarkup);
    }

    private static object? Calculate(
        string sign, object? a, object? b, Func<BigInteger, BigInteger, BigInteger> whole, Func<double, double, double> real)
    {
        if (ValueTypes.IsInteger(a) && ValueTypes.IsInteger(b))
        {
            return ValueTypes.Integer(whole(ValueTypes.ToBigInteger(a!), ValueTypes.ToBigInteger(b!)));
        }

        var (x, y) = Doubles(sign, a, b);
        return real(x, y);
    }

    private static (double X, double Y) Doubles(string sign, object? a, object? b) =>
        (a as Undefined ?? b as Undefined) is { } undefined ? throw undefined.Fail()
        : ValueTypes.IsNumber(a) && ValueTypes.IsNumber(b) ? (ValueTypes.ToDouble(a!), ValueTypes.ToDouble(b!))
        : throw (sign is "+" && a is Text or TemplateList ? CannotJoin(a, b) : new TemplateFault(
            $"unsupported operand type(s) for {sign}: '{ValueTypes.NameOf(a)}' and '{ValueTypes.NameOf(b)}'"));

    private static TemplateFault CannotJoin(object? a, object? b) => new(
        $"can only concatenate {ValueTypes.NameOf(a)} (not \"{ValueTypes.NameOf(b)}\") to {ValueTypes.NameOf(a)}");

    private static void RefuseLarge(double bits)
    {
        if (bits > MostBits)
        {
            throw new TemplateFault($"the number would have more than {MostBits} bits");
        }
    }

    private static TemplateFault ByZero() => new("division by zero");
}
