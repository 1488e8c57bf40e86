using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Values as JSON, in the form that Python's <c>json.dumps</c> gives it. What is typed within stays typed.</summary>
/// <param name="run">The rendering.</param>
internal sealed class JsonWriter(TemplateRun run)
{
    private readonly TextBuilder _builder = new();

    /// <summary>Whether all other than ASCII is escaped.</summary>
    public required bool IsAscii { get; init; }

    /// <summary>What stands before lines, for each level; null for all on one line.</summary>
    public required Text? Indent { get; init; }

    public required Text ItemSeparator { get; init; }

    public required Text KeySeparator { get; init; }

    public required bool SortsKeys { get; init; }

    public Text Write(object? value)
    {
        Add(value, 0);
        return run.Spend(_builder.ToText());
    }

    private void Add(object? value, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Spend();
        switch (value)
        {
            case Text text:
                AddText(text);
                break;
            case TemplateDictionary dictionary:
                AddDictionary(dictionary, depth);
                break;
            case TemplateList list:
                AddList(list, depth);
                break;
            case GroupTuple group:
                AddList(group.Tuple, depth);
                break;
            default:
                _builder.Append(Plain(value)
                    ?? throw new TemplateFault($"Object of type {ValueTypes.NameOf(value)} is not JSON serializable"));
                break;
        }

        Sizes.Check(_builder.Length);
    }

    private void AddList(TemplateList list, int depth)
    {
        if (list.Count == 0)
        {
            _builder.Append("[]");
            return;
        }

        _builder.Append("[");
        for (var i = 0; i < list.Count; i++)
        {
            Separate(isFirst: i == 0, depth + 1);
            Add(list.Items[i], depth + 1);
        }

        Break(depth);
        _builder.Append("]");
    }

    private void AddDictionary(TemplateDictionary dictionary, int depth)
    {
        if (dictionary.Count == 0)
        {
            _builder.Append("{}");
            return;
        }

        IEnumerable<KeyValuePair<object?, object?>> entries = dictionary.Entries;
        if (SortsKeys)
        {
            entries = StableSort.Sort(entries, (a, b) =>
            {
                run.Spend();
                return Operators.Compare("<", a.Key, b.Key) < 0;
            });
        }

        var isFirst = true;
        _builder.Append("{");
        foreach (var (key, item) in entries)
        {
            Separate(isFirst, depth + 1);
            isFirst = false;
            AddText(key as Text ?? Plain(key)
                ?? throw new TemplateFault($"keys must be str, int, float, bool or None, not {ValueTypes.NameOf(key)}"));
            _builder.Append(KeySeparator);
            Add(item, depth + 1);
        }

        Break(depth);
        _builder.Append("}");
    }

    private void Separate(bool isFirst, int depth)
    {
        if (!isFirst)
        {
            _builder.Append(ItemSeparator);
        }

        Break(depth);
    }

    private void Break(int depth)
    {
        if (Indent is not null)
        {
            _builder.Append("\n");
            _builder.Repeat(Indent, depth, run);
        }
    }

    /// <summary>What is written without quotes; null for what is not.</summary>
    private static string? Plain(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        double number when double.IsFinite(number) => Printer.Number(number),
        double number => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        _ => null,
    };

    private void AddText(Text text)
    {
        run.Spend(text);
        _builder.Append("\"");
        var (value, start) = (text.Value, 0);
        for (var i = 0; i < value.Length; i++)
        {
            if (Escape(value[i]) is { } escaped)
            {
                _builder.Append(text.Slice(start, i - start));
                _builder.Append(Text.Of(escaped, text.Slice(i, 1).IsTyped));
                start = i + 1;
            }
        }

        _builder.Append(text.Slice(start, value.Length - start));
        _builder.Append("\"");
    }

    private string? Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\f' => "\\f",
        '\b' => "\\b",
        _ when character < ' ' || (IsAscii && character > '~')
            => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
        _ => null,
    };
}
