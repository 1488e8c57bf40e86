using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Filters that change texts; other values are printed first.</summary>
internal static class TextFilters
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["capitalize"] = Change("capitalize", TextCases.Capitalize),
        ["format"] = Format,
        ["join"] = Join,
        ["lower"] = Change("lower", TextCases.Lower),
        ["replace"] = Replace,
        ["string"] = Change("string", static text => text),
        ["title"] = Change("title", TextCases.TitleWords),
        ["trim"] = Trim,
        ["upper"] = Change("upper", TextCases.Upper),
        ["wordcount"] = static (value, arguments, run) => CountWords(value, arguments, run),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Filter Change(string name, Func<Text, Text> change) => (value, arguments, run) =>
    {
        arguments.Limit(name);
        var text = Printer.Print(value);
        run.Spend((text.Value.Length / 4) + 1);
        return change(text);
    };

    private static Text Format(object? value, Arguments arguments, TemplateRun run)
    {
        if (arguments.Named.Count == 0)
        {
            return PercentFormat.Format(Printer.Print(value), new TemplateList(arguments.Positional, isTuple: true), run);
        }

        if (arguments.Positional.Count > 0)
        {
            throw new TemplateFault("can't handle positional and keyword arguments at the same time");
        }

        var named = new TemplateDictionary();
        foreach (var (name, argument) in arguments.Named)
        {
            named.Set(Text.Of(name, isTyped: false), argument);
        }

        return PercentFormat.Format(Printer.Print(value), named, run);
    }

    private static Text Join(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("join", "d", "attribute");
        var separator = Printer.Print(arguments.Get(0, "d", Text.Empty)).As(markup: false);
        var path = new AttributePath(arguments.Get(1, "attribute"));
        return TextEdits.Join(separator, Walk.Items(value, run).Select(item => Printer.Print(path.Get(item, run))), run);
    }

    private static Text Replace(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("replace", "old", "new", "count");
        return TextEdits.Replace(
            Printer.Print(value).As(markup: false),
            Printer.Print(arguments.Require(0, "old")),
            Printer.Print(arguments.Require(1, "new")),
            arguments.Get(2, "count") is null ? -1 : arguments.Integer(2, "count", -1),
            run);
    }

    private static Text Trim(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("trim", "chars");
        return TextStrips.Strip(Printer.Print(value), arguments.Get(0, "chars"), atStart: true, atEnd: true, run);
    }

    private static long CountWords(object? value, Arguments arguments, TemplateRun run)
    {
        arguments.Limit("wordcount");
        var (count, isWithin) = (0L, false);
        foreach (var rune in run.Spend(Printer.Print(value)).Value.EnumerateRunes())
        {
            var isWord = CharacterKinds.IsWord(rune);
            count += isWord && !isWithin ? 1 : 0;
            isWithin = isWord;
        }

        return count;
    }
}
