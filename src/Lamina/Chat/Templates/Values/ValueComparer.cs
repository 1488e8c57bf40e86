using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lamina.Chat.Templates.Values;

/// <summary>Equality and order as in Python: numbers by value, true being 1; lists and dictionaries by what is in them.</summary>
internal sealed class ValueComparer : IEqualityComparer<object?>
{
    public static ValueComparer Instance { get; } = new();

    public new bool Equals(object? x, object? y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return (x, y) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            (Text a, Text b) => string.Equals(a.Value, b.Value, StringComparison.Ordinal),
            (TemplateList a, TemplateList b) => a.IsTuple == b.IsTuple && a.Items.SequenceEqual(b.Items, this),
            (TemplateDictionary a, TemplateDictionary b) => a.Count == b.Count
                && a.Entries.All(entry => b.TryGet(entry.Key, out var other) && Equals(entry.Value, other)),
            (Undefined, Undefined) => true,
            (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.SequenceEqual(b, this),
            _ when ValueTypes.IsNumber(x) && ValueTypes.IsNumber(y) => CompareNumbers(x!, y!) == 0,
            _ => ReferenceEquals(x, y),
        };
    }

    public int GetHashCode(object? obj)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return obj switch
        {
            null => 0,
            Text text => string.GetHashCode(text.Value, StringComparison.Ordinal),
            double number when number == Math.Floor(number) && Math.Abs(number) < 1e18 => ((long)number).GetHashCode(),
            double number => number.GetHashCode(),
            bool or long => (obj is bool flag ? flag ? 1L : 0L : (long)obj).GetHashCode(),
            Undefined => 1,
            TemplateList list => list.Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
            _ => obj.GetHashCode(),
        };
    }

    /// <summary>Below 0, 0, or above 0; null where the values have no order.</summary>
    public static int? Compare(object? x, object? y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (x is Text a && y is Text b)
        {
            return CompareTexts(a.Value, b.Value);
        }

        if (ValueTypes.IsNumber(x) && ValueTypes.IsNumber(y))
        {
            return CompareNumbers(x!, y!);
        }

        if (x is not TemplateList left || y is not TemplateList right || left.IsTuple != right.IsTuple)
        {
            return null;
        }

        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!Instance.Equals(left.Items[i], right.Items[i]))
            {
                return Compare(left.Items[i], right.Items[i]);
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    /// <summary>By code points, which differs from UTF-16 where there are surrogates.</summary>
    public static int CompareTexts(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        var (x, y) = (a[common], b[common]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x.CompareTo(y) : char.IsSurrogate(x) ? 1 : -1;
    }

    /// <summary>Null for NaN, which is neither equal nor in any order.</summary>
    private static int? CompareNumbers(object x, object y)
    {
        if (x is not double && y is not double)
        {
            return ValueTypes.ToBigInteger(x).CompareTo(ValueTypes.ToBigInteger(y));
        }

        var (a, b) = (Real(x), Real(y));
        if (double.IsNaN(a) || double.IsNaN(b))
        {
            return null;
        }

        // Large integers are no doubles; what they are compared with may be rounded to an integer.
        return (x is not double || double.IsFinite(a)) && (y is not double || double.IsFinite(b)) && (x is not double || y is not double)
            ? CompareExactly(x, y, a, b)
            : a.CompareTo(b);
    }

    /// <summary>As a float, though it be infinite then.</summary>
    private static double Real(object value) => value is BigInteger number ? (double)number : ValueTypes.ToDouble(value);

    private static int CompareExactly(object x, object y, double a, double b)
    {
        var whole = x is double
            ? new BigInteger(Math.Floor(a)).CompareTo(ValueTypes.ToBigInteger(y))
            : ValueTypes.ToBigInteger(x).CompareTo(new BigInteger(Math.Floor(b)));
        return whole != 0 ? whole : x is double ? (a > Math.Floor(a) ? 1 : 0) : (b > Math.Floor(b) ? -1 : 0);
    }
}
