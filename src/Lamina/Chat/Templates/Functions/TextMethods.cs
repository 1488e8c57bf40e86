using System.Collections.Frozen;
using System.Text;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The methods of texts: Python's <c>str</c>.</summary>
internal static class TextMethods
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Func<Text, Arguments, TemplateRun, object?>> All { get; } =
        new Dictionary<string, Func<Text, Arguments, TemplateRun, object?>>(StringComparer.Ordinal)
        {
            ["capitalize"] = Change("capitalize", TextCases.Capitalize),
            ["casefold"] = Change("casefold", TextCases.Fold),
            ["center"] = TextPads.Center,
            ["count"] = TextSearch.Count,
            ["endswith"] = TextSearch.EndsWith,
            ["expandtabs"] = TextPads.ExpandTabs,
            ["find"] = TextSearch.Find,
            ["format"] = StringFormat.Format,
            ["format_map"] = StringFormat.FormatMap,
            ["index"] = TextSearch.Index,
            ["isalnum"] = Check("isalnum", static text => TextTests.Has(text, CharacterKinds.IsAlphanumeric)),
            ["isalpha"] = Check("isalpha", static text => TextTests.Has(text, CharacterKinds.IsAlpha)),
            ["isascii"] = Check("isascii", static text => Ascii.IsValid(text)),
            ["isdecimal"] = Check("isdecimal", static text => TextTests.Has(text, CharacterKinds.IsDecimal)),
            ["isdigit"] = Check("isdigit", static text => TextTests.Has(text, CharacterKinds.IsDigit)),
            ["isidentifier"] = Check("isidentifier", TextTests.IsName),
            ["islower"] = Check("islower", TextTests.IsLower),
            ["isnumeric"] = Check("isnumeric", static text => TextTests.Has(text, CharacterKinds.IsNumeric)),
            ["isprintable"] = Check("isprintable", TextTests.IsPrintable),
            ["isspace"] = Check("isspace", TextTests.IsSpace),
            ["istitle"] = Check("istitle", TextTests.IsTitle),
            ["isupper"] = Check("isupper", TextTests.IsUpper),
            ["join"] = TextEdits.Join,
            ["ljust"] = TextPads.AlignLeft,
            ["lower"] = Change("lower", TextCases.Lower),
            ["lstrip"] = TextStrips.StripStart,
            ["partition"] = TextSplits.Partition,
            ["removeprefix"] = TextStrips.RemovePrefix,
            ["removesuffix"] = TextStrips.RemoveSuffix,
            ["replace"] = TextEdits.Replace,
            ["rfind"] = TextSearch.FindFromEnd,
            ["rindex"] = TextSearch.IndexFromEnd,
            ["rjust"] = TextPads.AlignRight,
            ["rpartition"] = TextSplits.PartitionFromEnd,
            ["rsplit"] = TextSplits.SplitFromEnd,
            ["rstrip"] = TextStrips.StripEnd,
            ["split"] = TextSplits.Split,
            ["splitlines"] = TextSplits.SplitLines,
            ["startswith"] = TextSearch.StartsWith,
            ["strip"] = TextStrips.Strip,
            ["swapcase"] = Change("swapcase", TextCases.Swap),
            ["title"] = Change("title", TextCases.Title),
            ["upper"] = Change("upper", TextCases.Upper),
            ["zfill"] = TextPads.FillZeros,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Func<Text, Arguments, TemplateRun, object?> Change(string name, Func<Text, Text> change) => (text, arguments, run) =>
    {
        arguments.Expect(name, 0, 0);
        run.Spend((text.Value.Length / 4) + 1);
        return change(text);
    };

    private static Func<Text, Arguments, TemplateRun, object?> Check(string name, Func<string, bool> holds) => (text, arguments, run) =>
    {
        arguments.Expect(name, 0, 0);
        run.Spend(text);
        return holds(text.Value);
    };
}
