using System.Collections.Immutable;
using System.Text;

namespace Lamina.Chat.Templates.Values;

/// <summary>Joins texts.</summary>
internal sealed class TextBuilder
{
    private readonly StringBuilder _text = new();
    private readonly List<(int Start, int End)> _typed = [];

    public int Length => _text.Length;

    public void Append(Text text)
    {
        foreach (var (start, end) in text.Typed)
        {
            AddTyped(_text.Length + start, _text.Length + end);
        }

        _text.Append(text.Value);
    }

    /// <summary>Appends a string that was typed, or not.</summary>
    public void Append(ReadOnlySpan<char> text, bool isTyped = false)
    {
        if (isTyped && text.Length > 0)
        {
            AddTyped(_text.Length, _text.Length + text.Length);
        }

        _text.Append(text);
    }

    public Text ToText(bool isMarkup = false) => new(_text.ToString(), [.. _typed], isMarkup);

    private void AddTyped(int start, int end)
    {
        if (_typed.Count > 0 && _typed[^1].End == start)
        {
            _typed[^1] = (_typed[^1].Start, end);
        }
        else
        {
            _typed.Add((start, end));
        }
    }
}
