using Lamina.Constraints.Texts;

namespace Lamina.Chat.Replies;

/// <summary>Python's arguments by name, <c>(key='value', other=[1, True])</c>, as a JSON object. Also reads JSON's texts and words.</summary>
internal sealed class PythonNotation : Notation
{
    private readonly State _state;
    private readonly byte _quote;  // what ends the text
    private readonly int _depth;   // lists and dictionaries that are open
    private readonly string _word; // of a name, or of True and its like
    private readonly bool _isStrict;

    private PythonNotation(bool isStrict, State state, byte quote = 0, int depth = 0, string word = "")
    {
        (_isStrict, _state, _quote, _depth, _word) = (isStrict, state, quote, depth, word);
    }

    private enum State : byte
    {
        Start,
        BlankOrKey,
        Key,
        Value,
        Text,
        Escape,
        End,
    }

    /// <summary>Before the opening parenthesis, of what models write.</summary>
    public static PythonNotation Lenient { get; } = new(isStrict: false, State.Start);

    /// <summary>Before the opening parenthesis, of what they are to write: one blank after a comma, and no escapes but JSON's.</summary>
    public static PythonNotation Strict { get; } = new(isStrict: true, State.Start);

    public override bool IsWhole => _state == State.End;

    public override Notation? Read(byte value, out ReadOnlySpan<byte> text)
    {
        text = [];
        var c = (char)value;
        switch (_state)
        {
            case State.Start:
                text = "{"u8;
                return c == '(' ? With(State.Key) : null;
            case State.BlankOrKey when c == ' ':
                text = [];
                return With(State.Key);
            case State.BlankOrKey or State.Key:
                return ReadKey(value, out text);
            case State.Value:
                return ReadValue(value, out text);
            case State.Text:
                return ReadText(value, out text);
            case State.Escape:
                // \' is no escape of JSON's.
                text = _isStrict ? new byte[] { value } : c == '\'' ? "'"u8 : new byte[] { (byte)'\\', value };
                return With(State.Text, _quote, _depth);
            default:
                return null;
        }
    }

    private PythonNotation? ReadKey(byte value, out ReadOnlySpan<byte> text)
    {
        text = [];
        switch ((char)value)
        {
            case ')' when _word.Length == 0:
                text = "}"u8;
                return With(State.End);
            case ' ' when _word.Length == 0 && !_isStrict:
                return this;
            case '=' when _word.Length > 0:
                text = "\":"u8;
                return With(State.Value);
            case var c when char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '$':
                text = _word.Length == 0 ? new byte[] { (byte)'"', value } : new byte[] { value };
                return With(State.Key, word: _word + c);
            default:
                return null;
        }
    }

    private PythonNotation? ReadValue(byte value, out ReadOnlySpan<byte> text)
    {
        var c = (char)value;
        if (char.IsAsciiLetter(c))
        {
            if (_word.StartsWith('N') && (_word.Length >= 4 || c != "None"[_word.Length]))
            {
                text = [];
                return null;
            }

            // The words are JSON's, but for their first letter and None.
            text = (_word.Length == 0, c) switch
            {
                (true, 'T') => "t"u8,
                (true, 'F') => "f"u8,
                (true, 'N') => "null"u8,
                _ => _word.StartsWith('N') ? [] : new byte[] { value },
            };
            return With(State.Value, 0, _depth, _word + c);
        }

        switch (c)
        {
            case '\'' or '"':
                text = "\""u8;
                return With(State.Text, value, _depth);
            case ',' when _depth == 0:
                text = ","u8;
                return With(State.BlankOrKey);
            case ')' when _depth == 0:
                text = "}"u8;
                return With(State.End);
            default:
                text = new byte[] { value };
                var depth = _depth + (c is '[' or '{' ? 1 : c is ']' or '}' ? -1 : 0);
                return depth >= 0 ? With(State.Value, 0, depth, char.IsAsciiDigit(c) || c is '.' or '-' or '+' ? _word + c : "") : null;
        }
    }

    private PythonNotation With(State state, byte quote = 0, int depth = 0, string word = "") => new(_isStrict, state, quote, depth, word);

    private PythonNotation ReadText(byte value, out ReadOnlySpan<byte> text)
    {
        if (value == _quote)
        {
            text = "\""u8;
            return With(State.Value, 0, _depth);
        }

        if (value == '\\')
        {
            text = _isStrict ? "\\"u8 : [];
            return With(State.Escape, _quote, _depth);
        }

        text = JsonEscapes.Of(value);
        return this;
    }
}
