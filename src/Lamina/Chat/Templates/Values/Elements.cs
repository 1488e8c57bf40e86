namespace Lamina.Chat.Templates.Values;

/// <summary>What has items: to go through, to count, to take one or some of.</summary>
internal static class Elements
{
    /// <summary>The items; a dictionary's are its keys, a text's its characters.</summary>
    /// <exception cref="TemplateFault">It has none.</exception>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        TemplateList list => list.Items,
        TemplateDictionary dictionary => dictionary.Keys,
        DictionaryView view => view.Items,
        Iterator iterator => iterator,
        Text text => Characters(text),
        Undefined => [],
        IEnumerable<object?> items => items,
        _ => throw new TemplateFault($"'{ValueTypes.NameOf(value)}' object is not iterable"),
    };

    /// <summary>How many items there are; null where it has no length.</summary>
    public static int? Count(object? value) => value switch
    {
        TemplateList list => list.Count,
        TemplateDictionary dictionary => dictionary.Count,
        DictionaryView view => view.Items.Count,
        Text text => CodePoints(text.Value),
        Undefined => 0,
        IReadOnlyCollection<object?> items => items.Count,
        _ => null,
    };

    /// <summary>An item by its place, from the end where it is negative.</summary>
    /// <returns>Whether there is such an item.</returns>
    public static bool TryGetItem(object? value, object index, out object? item)
    {
        item = null;
        if (value is not (TemplateList or Text) || !ValueTypes.IsInteger(index))
        {
            return false;
        }

        var (count, place) = (Count(value)!.Value, ValueTypes.ToBigInteger(index));
        place += place < 0 ? count : 0;
        if (place < 0 || place >= count)
        {
            return false;
        }

        item = value is TemplateList list ? list.Items[(int)place] : Part((Text)value, (int)place, 1);
        return true;
    }

    /// <summary>Every so many of the items from one place to another: <c>value[start:stop:step]</c>.</summary>
    /// <returns>An <see cref="Undefined"/> where it has no places, or the bounds are none.</returns>
    /// <exception cref="TemplateFault">The step is 0, or the value is not there.</exception>
    public static object? Slice(object? value, object? start, object? stop, object? step)
    {
        foreach (var part in (ReadOnlySpan<object?>)[value, start, stop, step])
        {
            if (part is Undefined undefined)
            {
                throw undefined.Fail();
            }
        }

        value = value is IReadOnlyList<object?> list ? new TemplateList(list) : value;
        if (value is not (TemplateList or Text) || !IsBound(start) || !IsBound(stop) || !IsBound(step))
        {
            return new Undefined($"{ValueTypes.NameOf(value)} object has no such slice");
        }

        var by = step is null ? 1 : ValueTypes.ToInt32(step);
        if (by == 0)
        {
            throw new TemplateFault("slice step cannot be zero");
        }

        var count = Count(value)!.Value;
        var first = Bound(start, by > 0 ? 0 : count - 1);
        var last = Bound(stop, by > 0 ? count : -1);
        if (value is Text text && by == 1)
        {
            return Part(text, first, Math.Max(last - first, 0));
        }

        var items = value is TemplateList several ? several.Items : [.. Characters((Text)value)];
        var found = new List<object?>();
        for (long i = first; by > 0 ? i < last : i > last; i += by)
        {
            found.Add(items[(int)i]);
        }

        return value is TemplateList { IsTuple: var isTuple } ? new TemplateList(found, isTuple) : Join(found);

        static bool IsBound(object? bound) => bound is null || ValueTypes.IsInteger(bound);

        int Bound(object? bound, int fallback)
        {
            if (bound is null)
            {
                return fallback;
            }

            var place = (long)ValueTypes.ToInt32(bound);
            place += place < 0 ? count : 0;
            return (int)Math.Clamp(place, by > 0 ? 0 : -1, by > 0 ? count : count - 1);
        }
    }

    /// <summary>Part of a text, counted in characters, which may be two UTF-16 units each.</summary>
    public static Text Part(Text text, int start, int count)
    {
        var from = Place(text.Value, start);
        return text.Slice(from, Place(text.Value, start + count) - from);
    }

    /// <summary>The UTF-16 unit at which a character begins.</summary>
    public static int Place(string text, int character)
    {
        if (!HasSurrogates(text))
        {
            return Math.Min(character, text.Length);
        }

        var at = 0;
        for (var i = 0; i < character && at < text.Length; i++)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        return at;
    }

    /// <summary>How many characters a text has.</summary>
    public static int CodePoints(string text)
    {
        var count = text.Length;
        for (var i = HasSurrogates(text) ? 0 : text.Length; i + 1 < text.Length; i++)
        {
            count -= char.IsSurrogatePair(text[i], text[i + 1]) ? 1 : 0;
        }

        return count;
    }

    public static Text Join(IEnumerable<object?> texts)
    {
        var builder = new TextBuilder();
        foreach (var text in texts)
        {
            builder.Append((Text)text!);
        }

        return builder.ToText();
    }

    private static bool HasSurrogates(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    private static IEnumerable<object?> Characters(Text text)
    {
        for (var i = 0; i < text.Value.Length;)
        {
            var length = i + 1 < text.Value.Length && char.IsSurrogatePair(text.Value[i], text.Value[i + 1]) ? 2 : 1;
            yield return text.Slice(i, length).As(markup: false);
            i += length;
        }
    }
}
