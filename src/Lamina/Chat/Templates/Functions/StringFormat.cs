using System.Globalization;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The methods <c>format</c> and <c>format_map</c>: <c>'{} {name!r:>8}'</c> with its fields filled in.</summary>
/// <param name="places">The arguments by place.</param>
/// <param name="named">The arguments by name.</param>
/// <param name="isMarkup">Whether values are escaped, since the text is Markup.</param>
/// <param name="run">The rendering.</param>
internal sealed class StringFormat(IReadOnlyList<object?> places, Func<string, object?> named, bool isMarkup, TemplateRun run)
{
    private const int MostNested = 2;

    private int _next;
    private bool _isNumbered;

    public static Text Format(Text text, Arguments arguments, TemplateRun run) => new StringFormat(
        arguments.Positional,
        name => arguments.TryGet(-1, name, out var value) ? value : throw Missing(name),
        text.IsMarkup,
        run).Expand(text, MostNested);

    public static Text FormatMap(Text text, Arguments arguments, TemplateRun run)
    {
        arguments.Expect("format_map", 1, 1);
        var map = arguments.Positional[0];
        return new StringFormat([], name => Named(map, name), text.IsMarkup, run).Expand(text, MostNested);
    }

    private static object? Named(object? map, string name) =>
        map is not TemplateDictionary dictionary ? Members.Item(map, Text.Of(name, isTyped: false))
        : dictionary.TryGet(Text.Of(name, isTyped: false), out var value) ? value
        : throw Missing(name);

    private static TemplateFault Missing(string name) => new($"KeyError: '{name}'");

    private Text Expand(Text text, int depth)
    {
        if (depth < 0)
        {
            throw new TemplateFault("Max string recursion exceeded");
        }

        var value = text.Value;
        var builder = new TextBuilder();
        for (var i = 0; i < value.Length;)
        {
            var brace = value.AsSpan(i).IndexOfAny('{', '}') is >= 0 and var found ? i + found : value.Length;
            builder.Append(text.Slice(i, brace - i));
            i = brace + 1;
            if (brace == value.Length)
            {
                break;
            }

            if (i < value.Length && value[i] == value[brace])
            {
                builder.Append(text.Slice(brace, 1));
                i++;
            }
            else if (value[brace] == '}' || i == value.Length)
            {
                throw new TemplateFault($"Single '{value[brace]}' encountered in format string");
            }
            else
            {
                builder.Append(run.Spend(Field(text, ref i, depth)));
                Sizes.Check(builder.Length);
            }
        }

        return builder.ToText(isMarkup && depth == MostNested);
    }

    /// <summary>What a field becomes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where it begins, after its brace; then, after the brace that ends it.</param>
    /// <param name="depth">How deep fields may stand within it.</param>
    private Text Field(Text text, ref int at, int depth)
    {
        var value = text.Value;
        var start = at;
        var isInBrackets = false;
        while (at < value.Length && (isInBrackets || value[at] is not ('}' or ':' or '!')))
        {
            if (value[at] == '{')
            {
                throw new TemplateFault("unexpected '{' in field name");
            }

            isInBrackets = value[at] == '[' || (isInBrackets && value[at] != ']');
            at++;
        }

        var field = Find(value[start..at]);
        var conversion = '\0';
        if (at < value.Length && value[at] == '!')
        {
            conversion = at + 1 < value.Length ? value[at + 1]
                : throw new TemplateFault("end of string while looking for conversion specifier");
            at += 2;
            if (at < value.Length && value[at] is not (':' or '}'))
            {
                throw new TemplateFault("expected ':' after conversion specifier");
            }
        }

        var spec = at < value.Length && value[at] == ':' ? Spec(text, ref at) : Text.Empty;
        if (at >= value.Length)
        {
            throw new TemplateFault("expected '}' before end of string");
        }

        at++;
        field = conversion switch
        {
            '\0' => field,
            's' => Printer.Print(field),
            'r' => Printer.Represent(field),
            'a' => AsciiText.Represent(field),
            _ => throw new TemplateFault($"Unknown conversion specifier {conversion}"),
        };
        return Write(field, Expand(spec, depth - 1));
    }

    private static Text Spec(Text text, ref int at)
    {
        var start = ++at;
        for (var open = 0; at < text.Value.Length && (open > 0 || text.Value[at] != '}'); at++)
        {
            open += text.Value[at] switch { '{' => 1, '}' => -1, _ => 0 };
        }

        return text.Slice(start, at - start);
    }

    private Text Write(object? value, Text spec)
    {
        if (isMarkup && value is Text { IsMarkup: true } markup)
        {
            return spec.Value.Length == 0 ? markup : throw new TemplateFault("Unsupported format specification for Markup.");
        }

        var text = ValueFormat.Format(value, spec, run);
        return isMarkup ? Html.Escape(text) : text;
    }

    /// <summary>The value of a field: an argument, then attributes and items of it.</summary>
    private object? Find(string field)
    {
        var end = field.AsSpan().IndexOfAny('.', '[') is >= 0 and var found ? found : field.Length;
        var value = Argument(field[..end]);
        while (end < field.Length)
        {
            var start = end + 1;
            if (field[end] == '.')
            {
                end = field.AsSpan(start).IndexOfAny('.', '[') is >= 0 and var next ? start + next : field.Length;
                value = Members.Attribute(value, NotEmpty(field[start..end]));
                continue;
            }

            end = field.IndexOf(']', start);
            if (end < 0)
            {
                throw new TemplateFault("Missing ']' in format string");
            }

            value = Members.Item(value, Key(NotEmpty(field[start..end])));
            end++;
            if (end < field.Length && field[end] is not ('.' or '['))
            {
                throw new TemplateFault("Only '.' or '[' may follow ']' in format field specifier");
            }
        }

        return value;
    }

    private object? Argument(string name)
    {
        if (name.Length > 0 && !IsNumber(name))
        {
            return named(name);
        }

        if (name.Length > 0 ? _next > 0 : _isNumbered)
        {
            throw new TemplateFault(name.Length > 0
                ? "cannot switch from automatic field numbering to manual field specification"
                : "cannot switch from manual field specification to automatic field numbering");
        }

        _isNumbered = name.Length > 0;
        var place = !_isNumbered ? _next++
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : int.MaxValue;
        return place < places.Count ? places[place]
            : throw new TemplateFault($"Replacement index {place} out of range for positional args tuple");
    }

    private static object Key(string key) =>
        IsNumber(key) && long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Text.Of(key, isTyped: false);

    private static bool IsNumber(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static string NotEmpty(string name) =>
        name.Length > 0 ? name : throw new TemplateFault("Empty attribute in format string");
}
