using System.Globalization;
using System.Numerics;

namespace Lamina.Validation;

/// <summary>Finds what is wrong with options, in words, and throws once with all of it.</summary>
internal static class Fault
{
    public static IEnumerable<string> OutOfRange<T>(string owner, string property, T? value, T least, T most)
        where T : struct, INumber<T>
    {
        if (value is { } number && !(number >= least && number <= most))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{owner}.{property} was {number}; it must be from {least} to {most}.");
        }
    }

    public static IEnumerable<string> Undefined<T>(string owner, string property, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            yield return $"{owner}.{property} was {value:D}; it must be one of {typeof(T).Name}.";
        }
    }

    /// <exception cref="ArgumentException">There are faults.</exception>
    public static void Throw(IEnumerable<string> faults, string argument)
    {
        var all = string.Join(" ", faults);
        if (all.Length > 0)
        {
            throw new ArgumentException(all, argument);
        }
    }
}
