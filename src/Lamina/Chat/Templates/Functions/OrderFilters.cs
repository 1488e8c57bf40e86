using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters that compare items: to sort, to group, to find the least, to add up.</summary>
internal static class OrderFilters
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["dictsort"] = SortPairs,
        ["groupby"] = GroupBy,
        ["max"] = static (value, arguments, run) => Extreme("max", ">", value, arguments, run),
        ["min"] = static (value, arguments, run) => Extreme("min", "<", value, arguments, run),
        ["sort"] = Sort,
        ["sum"] = Sum,
        ["unique"] = Unique,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static TemplateList SortPairs(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("dictsort", "case_sensitive", "by", "reverse");
        var (isCased, isReversed) = (arguments.Flag(0, "case_sensitive"), arguments.Flag(2, "reverse"));
        var place = Printer.Print(arguments.Get(1, "by", Text.Of("key", isTyped: false))).Value switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw new TemplateFault("You can only sort by either \"key\" or \"value\""),
        };
        var pairs = Walk.Pairs(value, run).ConvertAll(pair => (Key: Key(pair.Items[place], isCased), Pair: pair));
        var sorted = StableSort.Sort(pairs, (a, b) => isReversed ? IsLess(b.Key, a.Key, run) : IsLess(a.Key, b.Key, run));
        return new TemplateList([.. sorted.Select(entry => entry.Pair)]);
    }

    private static TemplateList Sort(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("sort", "reverse", "case_sensitive", "attribute");
        var (isReversed, isCased) = (arguments.Flag(0, "reverse"), arguments.Flag(1, "case_sensitive"));
        var paths = AttributePath.Several(arguments.Get(2, "attribute"));
        var items = Walk.List(value, run)
            .ConvertAll(item => (Keys: paths.ConvertAll(path => Key(path.Get(item, run), isCased)), Item: item));
        var sorted = StableSort.Sort(items, (a, b) => isReversed ? AreLess(b.Keys, a.Keys, run) : AreLess(a.Keys, b.Keys, run));
        return new TemplateList([.. sorted.Select(entry => entry.Item)]);
    }

    private static TemplateList GroupBy(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("groupby", "attribute", "default", "case_sensitive");
        var isCased = arguments.Flag(2, "case_sensitive");
        var path = new AttributePath(arguments.Require(0, "attribute"), arguments.Get(1, "default"));
        var items = Walk.List(value, run).ConvertAll(item => (Key: Key(path.Get(item, run), isCased), Item: item));
        var groups = new List<object?>();
        var group = new List<object?>();
        object? last = null;
        foreach (var (key, item) in StableSort.Sort(items, (a, b) => IsLess(a.Key, b.Key, run)))
        {
            if (group.Count > 0 && !AreEqual(key, last))
            {
                groups.Add(Group(group));
                group = [];
            }

            last = key;
            group.Add(item);
        }

        if (group.Count > 0)
        {
            groups.Add(Group(group));
        }

        return new TemplateList(groups);

        GroupTuple Group(List<object?> found) => new(path.Get(found[0], run), new TemplateList(found));
    }

    private static object? Extreme(string name, string sign, object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit(name, "case_sensitive", "attribute");
        var isCased = arguments.Flag(0, "case_sensitive");
        var path = new AttributePath(arguments.Get(1, "attribute"));
        object? found = new Undefined("No aggregated item, sequence was empty.");
        object? best = null;
        var isFirst = true;
        foreach (var item in Walk.Items(value, run))
        {
            var key = Key(path.Get(item, run), isCased);
            var order = isFirst ? null : Operators.Compare(sign, key, best);
            if (isFirst || (sign is "<" ? order < 0 : order > 0))
            {
                (found, best, isFirst) = (item, key, false);
            }
        }

        return found;
    }

    private static object? Sum(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("sum", "attribute", "start");
        var path = new AttributePath(arguments.Get(0, "attribute"));
        var sum = arguments.Get(1, "start", 0L);
        if (sum is Text)
        {
            throw new TemplateFault("sum() can't sum strings [use ''.join(seq) instead]");
        }

        foreach (var item in Walk.Items(value, run))
        {
            sum = Operators.Add(sum, path.Get(item, run), run);
        }

        return sum;
    }

    private static Iterator Unique(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("unique", "case_sensitive", "attribute");
        var isCased = arguments.Flag(0, "case_sensitive");
        var path = new AttributePath(arguments.Get(1, "attribute"));
        return new Iterator(Distinct());

        IEnumerable<object?> Distinct()
        {
            var seen = new TemplateDictionary();
            var hasUndefined = false;
            foreach (var item in Walk.Items(value, run))
            {
                var key = Key(path.Get(item, run), isCased);
                if (key is Undefined ? !hasUndefined : !seen.TryGet(key, out _))
                {
                    hasUndefined |= key is Undefined;
                    seen.Set(key, null);
                    yield return item;
                }
            }
        }
    }

    /// <summary>What an item is compared by: texts without regard to case, unless that is asked for.</summary>
    private static object? Key(object? value, bool isCased) => value is Text text && !isCased ? TextCases.Lower(text) : value;

    private static bool IsLess(object? a, object? b, TemplateRun run)
    {
        run.Spend();
        return Operators.Compare("<", a, b) < 0;
    }

    /// <summary>As lists are compared: by the first keys that differ.</summary>
    private static bool AreLess(List<object?> a, List<object?> b, TemplateRun run)
    {
        run.Spend(a.Count);
        for (var i = 0; i < a.Count; i++)
        {
            if (!AreEqual(a[i], b[i]))
            {
                return Operators.Compare("<", a[i], b[i]) < 0;
            }
        }

        return false;
    }

    private static bool AreEqual(object? a, object? b) => ReferenceEquals(a, b) || ValueComparer.Instance.Equals(a, b);
}
