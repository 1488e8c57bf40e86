using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>What functions ask of their arguments.</summary>
internal static class ArgumentChecks
{
    /// <summary>Refuses arguments by name, and too few or too many.</summary>
    /// <exception cref="TemplateFault">There are such.</exception>
    public static void Expect(this Arguments arguments, string method, int least, int most)
    {
        if (arguments.Named.Count > 0)
        {
            throw new TemplateFault($"{method}() takes no keyword arguments");
        }

        var given = arguments.Positional.Count;
        if (given < least || given > most)
        {
            throw new TemplateFault(
                most == 0 ? $"{method}() takes no arguments ({given} given)"
                : least == 1 && most == 1 ? $"{method}() takes exactly one argument ({given} given)"
                : given < least ? $"{method} expected at least {Count(least)}, got {given}"
                : $"{method} expected at most {Count(most)}, got {given}");
        }
    }

    /// <summary>An integer, or what stands in for it where it was not given.</summary>
    public static int Integer(this Arguments arguments, int place, string name, int fallback) =>
        arguments.TryGet(place, name, out var value) ? ValueTypes.ToInt32(value, name) : fallback;

    /// <summary>Whether an argument holds.</summary>
    public static bool Flag(this Arguments arguments, int place, string name) =>
        arguments.TryGet(place, name, out var value) && ValueTypes.IsTrue(value);

    private static string Count(int count) => count == 1 ? "1 argument" : $"{count} arguments";
}
