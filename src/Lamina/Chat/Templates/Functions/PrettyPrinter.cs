using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Values over lines of 80 characters, as Python's <c>pprint</c> lays them out: the keys of dictionaries are sorted.</summary>
/// <param name="run">The rendering.</param>
internal sealed class PrettyPrinter(TemplateRun run)
{
    private const int Width = 80;

    private readonly TextBuilder _builder = new();

    public Text Print(object? value)
    {
        Add(value, indent: 0, allowance: 0, isOuter: true);
        return run.Spend(_builder.ToText());
    }

    /// <param name="value">The value.</param>
    /// <param name="indent">How far in it begins.</param>
    /// <param name="allowance">How many characters come after it on its last line.</param>
    /// <param name="isOuter">Whether it stands in no other.</param>
    private void Add(object? value, int indent, int allowance, bool isOuter = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var text = Represent(value);
        if (Elements.CodePoints(text.Value) <= Width - indent - allowance)
        {
            _builder.Append(text);
            return;
        }

        switch (value)
        {
            case Text { IsMarkup: false, Value.Length: > 0 } words:
                AddText(words, indent, allowance, isOuter);
                break;
            case TemplateDictionary { Count: > 0 } dictionary:
                AddDictionary(dictionary, indent + 1, allowance + 1);
                break;
            case TemplateList { Count: > 0 } list:
                var end = !list.IsTuple ? "]" : list.Count == 1 ? ",)" : ")";
                _builder.Append(list.IsTuple ? "(" : "[");
                AddList(list, indent + 1, allowance + end.Length);
                _builder.Append(end);
                break;
            default:
                _builder.Append(text);
                break;
        }

        Sizes.Check(_builder.Length);
    }

    private void AddList(TemplateList list, int indent, int allowance)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
            {
                Break(",", indent);
            }

            Add(list.Items[i], indent, i == list.Count - 1 ? allowance : 1);
        }
    }

    private void AddDictionary(TemplateDictionary dictionary, int indent, int allowance)
    {
        _builder.Append("{");
        var entries = Sorted(dictionary);
        for (var i = 0; i < entries.Length; i++)
        {
            if (i > 0)
            {
                Break(",", indent);
            }

            var key = Represent(entries[i].Key);
            _builder.Append(key);
            _builder.Append(": ");
            Add(entries[i].Value, indent + Elements.CodePoints(key.Value) + 2, i == entries.Length - 1 ? allowance : 1);
        }

        _builder.Append("}");
    }

    /// <summary>A long text as several, one below the other.</summary>
    private void AddText(Text text, int indent, int allowance, bool isOuter)
    {
        indent += isOuter ? 1 : 0;
        allowance += isOuter ? 1 : 0;
        var chunks = Chunks(text, Width - indent, allowance);
        var isWrapped = isOuter && chunks.Count > 1;
        _builder.Append(isWrapped ? "(" : "");
        for (var i = 0; i < chunks.Count; i++)
        {
            if (i > 0)
            {
                Break("", indent);
            }

            _builder.Append(chunks[i]);
        }

        _builder.Append(isWrapped ? ")" : "");
    }

    private List<Text> Chunks(Text text, int width, int allowance)
    {
        var chunks = new List<Text>();
        var lines = TextSplits.Lines(text, keepsEnds: true, run);
        for (var i = 0; i < lines.Count; i++)
        {
            var isLast = i == lines.Count - 1;
            var whole = Represent(lines[i]);
            if (Elements.CodePoints(whole.Value) <= width - (isLast ? allowance : 0))
            {
                chunks.Add(whole);
                continue;
            }

            var (start, parts) = (0, Parts(lines[i].Value));
            for (var j = 0; j < parts.Count; j++)
            {
                var left = width - (isLast && j == parts.Count - 1 ? allowance : 0);
                var candidate = Represent(lines[i].Slice(start, parts[j].End - start));
                if (Elements.CodePoints(candidate.Value) > left && parts[j].Start > start)
                {
                    chunks.Add(Represent(lines[i].Slice(start, parts[j].Start - start)));
                    start = parts[j].Start;
                }
            }

            chunks.Add(Represent(lines[i].Slice(start, lines[i].Value.Length - start)));
        }

        return chunks;
    }

    /// <summary>Words, each with the white space after it.</summary>
    private static List<(int Start, int End)> Parts(string line)
    {
        var parts = new List<(int Start, int End)>();
        for (var start = 0; start < line.Length;)
        {
            var end = start;
            while (end < line.Length && !CharacterKinds.IsSpace(line[end]))
            {
                end++;
            }

            while (end < line.Length && CharacterKinds.IsSpace(line[end]))
            {
                end++;
            }

            parts.Add((start, end));
            start = end;
        }

        return parts;
    }

    private void Break(string end, int indent)
    {
        _builder.Append(end + "\n");
        _builder.Repeat(" ", indent, run);
    }

    /// <summary>On one line, as by <c>repr</c>, but with sorted keys.</summary>
    private Text Represent(object? value)
    {
        var builder = new TextBuilder();
        Represent(value, builder);
        return run.Spend(builder.ToText());
    }

    private void Represent(object? value, TextBuilder builder)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Spend();
        switch (value)
        {
            case TemplateDictionary { Count: > 0 } dictionary:
                var separator = "{";
                foreach (var (key, item) in Sorted(dictionary))
                {
                    builder.Append(separator);
                    Represent(key, builder);
                    builder.Append(": ");
                    Represent(item, builder);
                    separator = ", ";
                }

                builder.Append("}");
                break;
            case TemplateList list:
                builder.Append(list.IsTuple ? "(" : "[");
                for (var i = 0; i < list.Count; i++)
                {
                    builder.Append(i > 0 ? ", " : "");
                    Represent(list.Items[i], builder);
                }

                builder.Append(list.IsTuple ? list.Count == 1 ? ",)" : ")" : "]");
                break;
            default:
                builder.Append(Printer.Represent(value is GroupTuple group ? group.Tuple : value));
                break;
        }
    }

    private KeyValuePair<object?, object?>[] Sorted(TemplateDictionary dictionary) =>
        StableSort.Sort(dictionary.Entries, (a, b) =>
        {
            run.Spend();
            return (ValueComparer.Compare(a.Key, b.Key)
                ?? string.CompareOrdinal(ValueTypes.NameOf(a.Key), ValueTypes.NameOf(b.Key))) < 0;
        });
}
