using System.Numerics;

namespace Lamina.Constraints.Json;

/// <summary>Which numbers are right: those of a range that are multiples of something, or some of them alone.</summary>
internal sealed record NumberRule
{
    public JsonNumber? Least { get; init; }

    public bool IsLeastOut { get; init; }

    public JsonNumber? Most { get; init; }

    public bool IsMostOut { get; init; }

    /// <summary>What it has to be a multiple of; 1 for whole numbers. Null for nothing.</summary>
    public JsonNumber? Step { get; init; }

    /// <summary>The only numbers that are right; null for all that the rest allows.</summary>
    public IReadOnlyList<JsonNumber>? Values { get; init; }

    /// <summary>Whether every number is right.</summary>
    public bool IsFree => Least is null && Most is null && Step is null && Values is null;

    /// <summary>A rule for what is right by both.</summary>
    public NumberRule And(NumberRule other)
    {
        var takesLeast = Least is null || (other.Least is { } least && (least > Least || (least == Least && other.IsLeastOut)));
        var takesMost = Most is null || (other.Most is { } most && (most < Most || (most == Most && other.IsMostOut)));
        return new()
        {
            Least = takesLeast ? other.Least : Least,
            IsLeastOut = takesLeast ? other.IsLeastOut : IsLeastOut,
            Most = takesMost ? other.Most : Most,
            IsMostOut = takesMost ? other.IsMostOut : IsMostOut,
            Step = Step is { } one && other.Step is { } two ? CommonMultiple(one, two) : Step ?? other.Step,
            Values = Values is { } these && other.Values is { } those
                ? [.. these.Where(value => those.Any(that => that.CompareTo(value) == 0))]
                : Values ?? other.Values,
        };
    }

    public bool Allows(JsonNumber number) =>
        !(Least is { } least && (number < least || (IsLeastOut && number <= least)))
        && !(Most is { } most && (number > most || (IsMostOut && number >= most)))
        && (Step is not { } step || number.IsMultipleOf(step))
        && (Values is null || Values.Any(value => value.CompareTo(number) == 0));

    /// <summary>Whether it allows any number from one to below another.</summary>
    /// <param name="from">The first.</param>
    /// <param name="below">Above <paramref name="from"/>.</param>
    /// <param name="isMirrored">For the negatives of these instead.</param>
    public bool AllowsAny(JsonNumber from, JsonNumber below, bool isMirrored)
    {
        var rule = isMirrored ? Mirror() : this;
        if (rule.Values is { } values)
        {
            return values.Any(value => value >= from && value < below && rule.Allows(value));
        }

        var low = rule.Least is { } least && least > from ? least : from;
        var isLowOut = rule.IsLeastOut && rule.Least is { } bound && bound >= from;
        var (high, isHighOut) = rule.Most is { } most && most < below ? (most, rule.IsMostOut) : (below, true);
        if (rule.Step is not { } step)
        {
            return low < high || (low.CompareTo(high) == 0 && !isLowOut && !isHighOut);
        }

        var unit = Math.Min(Math.Min(low.Exponent, high.Exponent), step.Exponent);
        var (first, last, width) = (low.In(unit), high.In(unit), step.In(unit));
        var multiple = CeilingOf(first, width);
        multiple += isLowOut && multiple == first ? width : 0;
        return isHighOut ? multiple < last : multiple <= last;
    }

    /// <summary>Whether a number, or its negative, is farther from zero than all that are right.</summary>
    public bool IsBeyond(JsonNumber number, bool isMirrored)
    {
        var rule = isMirrored ? Mirror() : this;
        return rule.Most < number || (rule.Values is { } values && values.All(value => value < number));
    }

    /// <summary>The smallest multiple that is not below a number.</summary>
    private static BigInteger CeilingOf(BigInteger number, BigInteger width)
    {
        var rest = BigInteger.Remainder(number, width);
        return rest.IsZero ? number : number - rest + (number.Sign > 0 ? width : 0);
    }

    private static JsonNumber CommonMultiple(JsonNumber one, JsonNumber two)
    {
        var unit = Math.Min(one.Exponent, two.Exponent);
        var (a, b) = (one.In(unit), two.In(unit));
        return new(a / BigInteger.GreatestCommonDivisor(a, b) * b, unit);
    }

    private NumberRule Mirror() => this with
    {
        Least = -Most,
        IsLeastOut = IsMostOut,
        Most = -Least,
        IsMostOut = IsLeastOut,
        Values = Values?.Select(value => -value).ToArray(),
    };
}
