using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The methods of dictionaries, lists and tuples that change nothing.</summary>
internal static class CollectionMethods
{
    /// <summary>The methods of dictionaries.</summary>
    public static FrozenDictionary<string, Func<TemplateDictionary, Arguments, TemplateRun, object?>> OfDictionaries { get; } =
        new Dictionary<string, Func<TemplateDictionary, Arguments, TemplateRun, object?>>(StringComparer.Ordinal)
        {
            ["copy"] = Copy,
            ["get"] = Get,
            ["items"] = static (dictionary, arguments, run) =>
                View("items", [.. dictionary.Entries.Select(entry => TemplateList.Tuple(entry.Key, entry.Value))], arguments, run),
            ["keys"] = static (dictionary, arguments, run) => View("keys", [.. dictionary.Keys], arguments, run),
            ["values"] = static (dictionary, arguments, run) => View("values", [.. dictionary.Values], arguments, run),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The methods of lists, which tuples have too, but for <c>copy</c>.</summary>
    public static FrozenDictionary<string, Func<TemplateList, Arguments, TemplateRun, object?>> OfLists { get; } =
        new Dictionary<string, Func<TemplateList, Arguments, TemplateRun, object?>>(StringComparer.Ordinal)
        {
            ["copy"] = CopyList,
            ["count"] = static (list, arguments, run) => Count(list, arguments, run),
            ["index"] = static (list, arguments, run) => Index(list, arguments, run),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static TemplateDictionary Copy(TemplateDictionary dictionary, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("copy", 0, 0);
        run.Spend(dictionary.Count);
        var copy = new TemplateDictionary();
        foreach (var (key, value) in dictionary.Entries)
        {
            copy.Set(key, value);
        }

        return copy;
    }

    private static object? Get(TemplateDictionary dictionary, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("get", 1, 2);
        run.Spend();
        var key = arguments.Positional[0];
        if (!ValueTypes.IsHashable(key))
        {
            throw new TemplateFault($"unhashable type: '{ValueTypes.NameOf(key)}'");
        }

        return dictionary.TryGet(key, out var value) ? value : arguments.Get(1, "default");
    }

    private static DictionaryView View(string name, IReadOnlyList<object?> items, Arguments arguments, TemplateRun run)
    {
        arguments.Expect(name, 0, 0);
        run.Spend(items.Count + 1);
        return new DictionaryView("dict_" + name, items);
    }

    private static TemplateList CopyList(TemplateList list, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("copy", 0, 0);
        run.Spend();
        return new TemplateList(list.Items);
    }

    private static long Count(TemplateList list, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("count", 1, 1);
        run.Spend(list.Count);
        return list.Items.LongCount(item => IsFound(item, arguments.Positional[0]));
    }

    private static long Index(TemplateList list, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("index", 1, 3);
        run.Spend(list.Count);
        var value = arguments.Positional[0];
        var end = Math.Min(Bound(2, list.Count), list.Count);
        for (var i = Bound(1, 0); i < end; i++)
        {
            if (IsFound(list.Items[i], value))
            {
                return i;
            }
        }

        throw new TemplateFault(
            list.IsTuple ? "tuple.index(x): x not in tuple" : $"{Printer.Represent(value).Value} is not in list");

        int Bound(int place, int fallback)
        {
            var bound = arguments.Integer(place, "index", fallback);
            return bound < 0 ? Math.Max(bound + list.Count, 0) : bound;
        }
    }

    private static bool IsFound(object? item, object? value) =>
        ReferenceEquals(item, value) || ValueComparer.Instance.Equals(item, value);
}
