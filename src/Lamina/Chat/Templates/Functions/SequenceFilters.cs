using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters that take from values, and cut and turn sequences.</summary>
internal static class SequenceFilters
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["attr"] = Attribute,
        ["batch"] = Batch,
        ["count"] = static (value, arguments, run) => Count(value, arguments, run),
        ["d"] = Default,
        ["default"] = Default,
        ["first"] = First,
        ["items"] = Items,
        ["last"] = Last,
        ["length"] = static (value, arguments, run) => Count(value, arguments, run),
        ["list"] = List,
        ["reverse"] = Reverse,
        ["slice"] = Slice,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>An attribute, and never an item.</summary>
    private static object? Attribute(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("attr", "name");
        run.Spend();
        if (value is Undefined undefined)
        {
            throw undefined.Fail();
        }

        var name = ValueTypes.ToText(arguments.Require(0, "name"));
        if (Methods.IsUnsafe(value, name.Value))
        {
            return Undefined.Unsafe(value, name.Value);
        }

        if (value is IMembers members)
        {
            return members.TryGetMember(name.Value, out var member) ? member : Undefined.Member(value, name);
        }

        return Methods.Find(value, name.Value) is { } method ? method : Undefined.Member(value, name);
    }

    private static Iterator Batch(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("batch", "linecount", "fill_with");
        var size = ValueTypes.ToInt32(arguments.Require(0, "linecount"));
        var filler = arguments.Get(1, "fill_with");
        return new Iterator(Rows());

        IEnumerable<object?> Rows()
        {
            var row = new List<object?>();
            foreach (var item in Walk.Items(value, run))
            {
                if (row.Count == size)
                {
                    yield return new TemplateList(row);
                    row = [];
                }

                row.Add(item);
            }

            if (row.Count == 0)
            {
                yield break;
            }

            if (filler is not null && row.Count < size)
            {
                run.Spend(size - row.Count);
                row.AddRange(Enumerable.Repeat<object?>(filler, size - row.Count));
            }

            yield return new TemplateList(row);
        }
    }

    private static long Count(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("length");
        run.Spend();
        return Elements.Count(value) ?? throw new TemplateFault($"object of type '{ValueTypes.NameOf(value)}' has no len()");
    }

    private static object? Default(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("default", "default_value", "boolean");
        run.Spend();
        return value is Undefined || (arguments.Flag(1, "boolean") && !ValueTypes.IsTrue(value))
            ? arguments.Get(0, "default_value", Text.Empty)
            : value;
    }

    private static object? First(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("first");
        foreach (var item in Walk.Items(value, run))
        {
            return item;
        }

        return new Undefined("No first item, sequence was empty.");
    }

    private static Iterator Items(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("items");
        return new Iterator(Pairs());

        IEnumerable<object?> Pairs()
        {
            if (value is Undefined)
            {
                yield break;
            }

            var dictionary = value as TemplateDictionary ?? throw new TemplateFault("Can only get item pairs from a mapping.");
            foreach (var entry in dictionary.Entries)
            {
                run.Spend();
                yield return TemplateList.Tuple(entry.Key, entry.Value);
            }
        }
    }

    private static object? Last(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("last");
        run.Spend();
        if (value is Text text)
        {
            var count = Elements.CodePoints(text.Value);
            return count > 0 ? Elements.Part(text, count - 1, 1) : new Undefined("No last item, sequence was empty.");
        }

        if (Reversible(value) is not { } items)
        {
            throw new TemplateFault($"'{ValueTypes.NameOf(value)}' object is not reversible");
        }

        return items.Count > 0 ? items[items.Count - 1] : new Undefined("No last item, sequence was empty.");
    }

    private static TemplateList List(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("list");
        return new TemplateList(Walk.List(value, run));
    }

    private static object? Reverse(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("reverse");
        if (value is Text text)
        {
            var characters = Walk.List(text, run);
            characters.Reverse();
            return Elements.Join(characters).As(text.IsMarkup);
        }

        if (Reversible(value) is { } items)
        {
            var name = value is TemplateList { IsTuple: false } ? "list_reverseiterator"
                : value is TemplateDictionary ? "dict_reversekeyiterator"
                : "reversed";
            return new Iterator(Backwards(items, run), name);
        }

        if (value is not IEnumerable<object?>)
        {
            throw new TemplateFault("argument must be iterable");
        }

        var list = Walk.List(value, run);
        list.Reverse();
        return new TemplateList(list);
    }

    private static IEnumerable<object?> Backwards(IReadOnlyList<object?> items, TemplateRun run)
    {
        for (var i = items.Count - 1; i >= 0; i--)
        {
            run.Spend();
            yield return items[i];
        }
    }

    private static Iterator Slice(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("slice", "slices", "fill_with");
        var count = ValueTypes.ToInt32(arguments.Require(0, "slices"));
        var filler = arguments.Get(1, "fill_with");
        return new Iterator(Columns());

        IEnumerable<object?> Columns()
        {
            var items = Walk.List(value, run);
            if (count == 0)
            {
                throw new TemplateFault("integer division or modulo by zero");
            }

            var (size, longer) = Math.DivRem(items.Count, count);
            var start = 0;
            for (var i = 0; i < count; i++)
            {
                run.Spend();
                var end = start + size + (i < longer ? 1 : 0);
                var column = items.GetRange(start, end - start);
                if (filler is not null && i >= longer)
                {
                    column.Add(filler);
                }

                start = end;
                yield return new TemplateList(column);
            }
        }
    }

    /// <summary>Items that can be gone through backwards, but for those of texts; null where they cannot.</summary>
    private static IReadOnlyList<object?>? Reversible(object? value) => value switch
    {
        TemplateList list => list.Items,
        TemplateDictionary dictionary => [.. dictionary.Keys],
        DictionaryView view => view.Items,
        Undefined => [],
        IReadOnlyList<object?> items => items,
        _ => null,
    };
}
