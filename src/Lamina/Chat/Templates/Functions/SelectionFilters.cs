using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters that go through items with another filter or a test. They work as their items are asked for.</summary>
internal static class SelectionFilters
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["map"] = Map,
        ["reject"] = static (value, arguments, run) => Select(value, arguments, run, byAttribute: false, whether: false),
        ["rejectattr"] = static (value, arguments, run) => Select(value, arguments, run, byAttribute: true, whether: false),
        ["select"] = static (value, arguments, run) => Select(value, arguments, run, byAttribute: false, whether: true),
        ["selectattr"] = static (value, arguments, run) => Select(value, arguments, run, byAttribute: true, whether: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Iterator Map(object? value, Arguments arguments, TemplateRun run)
    {
        return new Iterator(Mapped());

        IEnumerable<object?> Mapped()
        {
            if (!ValueTypes.IsTrue(value))
            {
                yield break;
            }

            var change = Change(arguments, run);
            foreach (var item in Walk.Items(value, run))
            {
                yield return change(item);
            }
        }
    }

    private static Func<object?, object?> Change(Arguments arguments, TemplateRun run)
    {
        if (arguments.Positional.Count > 0)
        {
            var name = Printer.Print(arguments.Positional[0]).Value;
            var rest = Without(arguments, 1);
            var filter = Filters.All.GetValueOrDefault(name) ?? throw new TemplateFault($"No filter named '{name}'.");
            return item => filter(item, rest, run);
        }

        if (!arguments.TryGet(-1, "attribute", out var attribute))
        {
            throw new TemplateFault("map requires a filter argument");
        }

        foreach (var pair in arguments.Named)
        {
            if (pair.Key is not ("attribute" or "default"))
            {
                throw new TemplateFault($"Unexpected keyword argument '{pair.Key}'");
            }
        }

        var path = new AttributePath(attribute, arguments.Get(-1, "default"));
        return item => path.Get(item, run);
    }

    private static Iterator Select(object? value, Arguments arguments, TemplateRun run, bool byAttribute, bool whether)
    {
        return new Iterator(Selected());

        IEnumerable<object?> Selected()
        {
            if (!ValueTypes.IsTrue(value))
            {
                yield break;
            }

            var holds = Condition(arguments, run, byAttribute);
            foreach (var item in Walk.Items(value, run))
            {
                if (holds(item) == whether)
                {
                    yield return item;
                }
            }
        }
    }

    private static Func<object?, bool> Condition(Arguments arguments, TemplateRun run, bool byAttribute)
    {
        var place = byAttribute ? 1 : 0;
        if (arguments.Positional.Count < place)
        {
            throw new TemplateFault("Missing parameter for attribute name");
        }

        var path = new AttributePath(byAttribute ? arguments.Positional[0] : null);
        if (arguments.Positional.Count == place)
        {
            return item => ValueTypes.IsTrue(path.Get(item, run));
        }

        var name = Printer.Print(arguments.Positional[place]).Value;
        var rest = Without(arguments, place + 1);
        var test = Tests.All.GetValueOrDefault(name) ?? throw new TemplateFault($"No test named '{name}'.");
        return item => test(path.Get(item, run), rest, run);
    }

    /// <summary>The arguments but for the first ones.</summary>
    private static Arguments Without(Arguments arguments, int count) => new([.. arguments.Positional.Skip(count)], arguments.Named);
}
