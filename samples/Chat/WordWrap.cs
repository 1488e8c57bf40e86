using System.Text;

namespace ChatSample;

/// <summary>Breaks lines between words, in a text that comes in parts.</summary>
/// <param name="width">Columns of a line, or null to break none.</param>
internal sealed class WordWrap(Func<int?> width)
{
    /// <summary>From here on letters take two columns and no blanks stand between words: Chinese, Japanese, pictures.</summary>
    private const int FirstWide = 0x2E80;

    private readonly StringBuilder _word = new();
    private int _wordColumns;
    private int _column;

    /// <summary>Adds a part.</summary>
    /// <returns>What can be shown now: a word once it is whole.</returns>
    public string Take(string part)
    {
        var shown = new StringBuilder();
        foreach (var rune in part.EnumerateRunes())
        {
            if (rune.Value is ' ' or '\n')
            {
                Flush(shown);
                shown.Append(rune);
                _column = rune.Value == '\n' ? 0 : _column + 1;
                continue;
            }

            _word.Append(rune);
            _wordColumns += rune.Value < FirstWide ? 1 : 2;
            if (rune.Value >= FirstWide || _wordColumns >= (width() ?? 0))
            {
                Flush(shown);
            }
        }

        return shown.ToString();
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was not shown yet, and the end of the line.</returns>
    public string End()
    {
        var shown = new StringBuilder();
        Flush(shown);
        if (_column > 0)
        {
            shown.Append('\n');
            _column = 0;
        }

        return shown.ToString();
    }

    private void Flush(StringBuilder shown)
    {
        if (_column > 0 && _column + _wordColumns >= width()) // the last column is for the blank behind a word
        {
            shown.Append('\n');
            _column = 0;
        }

        shown.Append(_word);
        _column += _wordColumns;
        _word.Clear();
        _wordColumns = 0;
    }
}
