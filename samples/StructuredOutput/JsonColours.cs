using System.Text;

namespace StructuredOutput;

/// <summary>Colours JSON that comes in parts.</summary>
internal sealed class JsonColours
{
    public const string Plain = "\e[0m";
    private const string Key = "\e[0;36m", Text = "\e[0;32m", Number = "\e[0;33m", Mark = "\e[0;2m";

    private readonly Stack<char> _open = new();
    private bool _isText, _isEscaped, _isKeyNext;
    private string _colour = Plain;

    /// <summary>The next part, with colours; the last of them goes on until <see cref="Plain"/> is written.</summary>
    public string Paint(string part)
    {
        var painted = new StringBuilder();
        foreach (var letter in part)
        {
            var colour = Next(letter);
            if (!string.Equals(colour, _colour, StringComparison.Ordinal))
            {
                painted.Append(colour);
                _colour = colour;
            }

            painted.Append(letter);
        }

        return painted.ToString();
    }

    private string Next(char letter)
    {
        if (_isText)
        {
            _isText = _isEscaped || letter != '"';
            _isEscaped = !_isEscaped && letter == '\\';
            return _colour;
        }

        switch (letter)
        {
            case '"':
                _isText = true;
                return _isKeyNext ? Key : Text;
            case '{' or '[':
                _open.Push(letter);
                break;
            case '}' or ']':
                _open.TryPop(out _);
                break;
            case ',' or ':' or ' ':
                break;
            default:
                return Number;
        }

        _isKeyNext = (letter is '{' or ',' || (letter is ' ' && _isKeyNext)) && _open.TryPeek(out var inner) && inner == '{';
        return Mark;
    }
}
