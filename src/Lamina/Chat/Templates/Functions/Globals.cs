using System.Collections.Frozen;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The functions that every template can call: Jinja's and transformers'. The function <c>namespace</c> is elsewhere.</summary>
internal static class Globals
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, object?> All { get; } = new Function[]
    {
        new("cycler", Cycle),
        new("dict", Dictionary),
        new("joiner", Join),
        new("raise_exception", Raise),
        new("range", Range),
        new("strftime_now", Now),
    }.ToFrozenDictionary<Function, string, object?>(function => function.Name, function => function, StringComparer.Ordinal);

    private static Cycler Cycle(Arguments arguments, TemplateRun run)
    {
        arguments.Expect("cycler", 0, int.MaxValue);
        run.Spend();
        return arguments.Positional.Count > 0
            ? new Cycler([.. arguments.Positional])
            : throw new TemplateFault("at least one item has to be provided");
    }

    private static Joiner Join(Arguments arguments, TemplateRun run)
    {
        arguments.Limit("joiner", "sep");
        run.Spend();
        return new Joiner(arguments.Get(0, "sep", Text.Of(", ", isTyped: false)));
    }

    private static TemplateDictionary Dictionary(Arguments arguments, TemplateRun run)
    {
        if (arguments.Positional.Count > 1)
        {
            throw new TemplateFault($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        }

        var made = new TemplateDictionary();
        if (arguments.Positional.Count == 1)
        {
            var source = arguments.Positional[0];
            var pairs = source is TemplateDictionary ? Walk.Pairs(source, run) : Walk.Items(source, run);
            foreach (var (place, pair) in pairs.Index())
            {
                var items = Tests.IsIterable(pair) ? Walk.List(pair, run)
                    : throw new TemplateFault($"cannot convert dictionary update sequence element #{place} to a sequence");
                if (items.Count != 2)
                {
                    throw new TemplateFault(
                        $"dictionary update sequence element #{place} has length {items.Count}; 2 is required");
                }

                made.Set(items[0], items[1]);
            }
        }

        run.Spend(arguments.Named.Count + 1);
        foreach (var (name, value) in arguments.Named)
        {
            made.Set(Text.Of(name, isTyped: false), value);
        }

        return made;
    }

    private static object? Raise(Arguments arguments, TemplateRun run)
    {
        arguments.Limit("raise_exception", "message");
        throw new TemplateFault(Printer.Print(arguments.Require(0, "message")).Value, isRaised: true);
    }

    private static TemplateRange Range(Arguments arguments, TemplateRun run)
    {
        arguments.Expect("range", 1, 3);
        run.Spend();
        var count = arguments.Positional.Count;
        var step = count > 2 ? Integer(arguments.Positional[2]) : BigInteger.One;
        if (step.IsZero)
        {
            throw new TemplateFault("range() arg 3 must not be zero");
        }

        return count == 1
            ? new TemplateRange(BigInteger.Zero, Integer(arguments.Positional[0]), step)
            : new TemplateRange(Integer(arguments.Positional[0]), Integer(arguments.Positional[1]), step);
    }

    private static BigInteger Integer(object? value) => ValueTypes.IsInteger(value) ? ValueTypes.ToBigInteger(value!)
        : throw (value is Undefined undefined ? undefined.Fail()
            : new TemplateFault($"'{ValueTypes.NameOf(value)}' object cannot be interpreted as an integer"));

    private static Text Now(Arguments arguments, TemplateRun run)
    {
        arguments.Limit("strftime_now", "format");
        var format = ValueTypes.ToText(arguments.Require(0, "format"));
        return run.Spend(Text.From(Strftime.Format(run.Now, format.Value), format));
    }
}
