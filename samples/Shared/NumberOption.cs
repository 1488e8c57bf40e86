using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Samples;

/// <summary>Options that take a number within a range.</summary>
internal static class NumberOption
{
    public static Option<T?> Create<T>(
        string[] names, string helpName, string description, T least, T most, T? byDefault = null)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var option = new Option<T?>(names[0], names[1..])
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                {
                    return value;
                }

                var kind = typeof(T) == typeof(float) ? "a number" : "a whole number";
                var range = most == T.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
                result.AddError($"Option '{names[0]}' was '{text}'; it must be {kind} {range}.");
                return null;
            },
        };
        if (byDefault is not null)
        {
            option.DefaultValueFactory = _ => byDefault;
        }

        return option;
    }
}
