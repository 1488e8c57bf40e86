using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Goes through items, counting them as work.</summary>
internal static class Walk
{
    /// <exception cref="TemplateFault">The value has no items.</exception>
    public static IEnumerable<object?> Items(object? value, TemplateRun run)
    {
        foreach (var item in Elements.Items(value))
        {
            run.Spend();
            yield return item;
        }
    }

    /// <summary>The items in a list of their own.</summary>
    /// <exception cref="TemplateFault">The value has no items.</exception>
    public static List<object?> List(object? value, TemplateRun run) => [.. Items(value, run)];

    /// <summary>The pairs of a dictionary, as tuples.</summary>
    /// <exception cref="TemplateFault">The value is no dictionary.</exception>
    public static List<TemplateList> Pairs(object? value, TemplateRun run)
    {
        if (value is not TemplateDictionary dictionary)
        {
            throw value is Undefined undefined ? undefined.Fail()
                : new TemplateFault($"'{ValueTypes.NameOf(value)}' object has no attribute 'items'");
        }

        run.Spend(dictionary.Count);
        return [.. dictionary.Entries.Select(entry => TemplateList.Tuple(entry.Key, entry.Value))];
    }
}
