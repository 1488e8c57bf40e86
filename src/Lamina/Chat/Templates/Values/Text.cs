using System.Collections.Immutable;

namespace Lamina.Chat.Templates.Values;

/// <summary>
/// A string of a template, which knows which of it was typed by users, wherever it is moved: typed text never becomes a
/// control token. Immutable.
/// </summary>
/// <param name="value">The string.</param>
/// <param name="typed">The parts that were typed, as start and end, ascending, neither empty nor touching.</param>
/// <param name="isMarkup">Whether it is HTML that needs no escaping: Jinja's Markup.</param>
internal sealed class Text(string value, ImmutableArray<(int Start, int End)> typed, bool isMarkup = false)
{
    public static Text Empty { get; } = new("", []);

    public string Value => value;

    /// <summary>The parts that were typed.</summary>
    public ImmutableArray<(int Start, int End)> Typed => typed;

    public bool IsMarkup => isMarkup;

    /// <summary>Whether any of it was typed.</summary>
    public bool IsTyped => !typed.IsEmpty;

    /// <summary>A string of the template itself.</summary>
    public static implicit operator Text(string value) => new(value, []);

    /// <summary>A string that was typed as a whole, or not at all.</summary>
    public static Text Of(string value, bool isTyped) => new(value, isTyped && value.Length > 0 ? [(0, value.Length)] : []);

    /// <summary>What became of some texts in a way that loses the places: typed as a whole where any of them was.</summary>
    public static Text From(string value, params ReadOnlySpan<Text> sources)
    {
        foreach (var source in sources)
        {
            if (source.IsTyped)
            {
                return Of(value, isTyped: true);
            }
        }

        return value;
    }

    /// <summary>A part of it, counted in UTF-16 units.</summary>
    public Text Slice(int start, int length)
    {
        if (length == value.Length)
        {
            return this;
        }

        if (typed.IsEmpty)
        {
            return new(value.Substring(start, length), [], isMarkup);
        }

        var parts = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (var (first, end) in typed)
        {
            var (from, to) = (Math.Max(first, start), Math.Min(end, start + length));
            if (from < to)
            {
                parts.Add((from - start, to - start));
            }
        }

        return new(value.Substring(start, length), parts.ToImmutable(), isMarkup);
    }

    /// <summary>The same characters changed one by one, such as to upper case; where their count changes places are lost.</summary>
    public Text Map(Func<string, string> change)
    {
        var changed = change(value);
        return changed.Length == value.Length ? new(changed, typed, isMarkup) : new(changed, From(changed, this).Typed, isMarkup);
    }

    /// <summary>As Markup, or not.</summary>
    public Text As(bool markup) => markup == isMarkup ? this : new(value, typed, markup);

    public override string ToString() => value;
}
