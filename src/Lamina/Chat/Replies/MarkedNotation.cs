using Lamina.Constraints;
using Lamina.Constraints.Texts;

namespace Lamina.Chat.Replies;

/// <summary>Arguments whose names are bare and whose texts are between marks, <c>{key:&lt;mark&gt;value&lt;mark&gt;,other:1}</c>, as a JSON object.</summary>
internal sealed class MarkedNotation : Notation
{
    private readonly byte[] _mark;
    private readonly State _state;
    private readonly int _depth;
    private readonly int _marked;   // bytes of a mark that are there
    private readonly string _lists; // the kinds of what is open, by its closing characters

    private MarkedNotation(byte[] mark, State state, int marked = 0, string lists = "")
    {
        (_mark, _state, _marked, _lists) = (mark, state, marked, lists);
        _depth = lists.Length;
    }

    private enum State : byte
    {
        Start,
        Value,
        FirstKey,
        Key,
        Text,
    }

    public override bool IsWhole => _state == State.Value && _depth == 0;

    /// <summary>Before the opening brace.</summary>
    /// <param name="mark">The bytes of a mark.</param>
    public static MarkedNotation Beginning(byte[] mark) => new(mark, State.Start);

    public override bool CanGoOn(TextState inner)
    {
        if (_marked == 0 || inner.Accept((byte)'"') is not null)
        {
            return true;
        }

        var text = _state == State.Text ? inner : null;
        for (var i = 0; i < _marked && text is not null; i++)
        {
            text = text.Accept(_mark[i]);
        }

        return text is not null;
    }

    public override Notation? Read(byte value, out ReadOnlySpan<byte> text)
    {
        text = [];
        if (IsWhole)
        {
            return null;
        }

        if (_state != State.Text)
        {
            // A mark: the text begins, or a name that is marked as well.
            if (value == _mark[_marked] && _state is State.Value or State.FirstKey)
            {
                var isMark = _marked + 1 == _mark.Length;
                text = isMark ? "\""u8 : [];
                return isMark ? With(State.Text) : new MarkedNotation(_mark, _state, _marked + 1, _lists);
            }

            return _marked > 0 ? null : ReadOutside(value, out text);
        }

        if (value == _mark[_marked])
        {
            var isMark = _marked + 1 == _mark.Length;
            text = isMark ? "\""u8 : [];
            return isMark ? With(State.Value) : new MarkedNotation(_mark, State.Text, _marked + 1, _lists);
        }

        // What looked like a mark was text.
        var read = new List<byte>();
        foreach (var seen in _mark.AsSpan(0, _marked))
        {
            read.AddRange(JsonEscapes.Of(seen));
        }

        if (value == _mark[0])
        {
            text = read.ToArray();
            return new MarkedNotation(_mark, State.Text, 1, _lists);
        }

        read.AddRange(JsonEscapes.Of(value));
        text = read.ToArray();
        return With(State.Text);
    }

    private MarkedNotation? ReadOutside(byte value, out ReadOnlySpan<byte> text)
    {
        text = new byte[] { value };
        var c = (char)value;
        switch (c)
        {
            case '{' when _state is State.Start or State.Value:
                return new(_mark, State.FirstKey, 0, _lists + "}");
            case '[' when _state == State.Value:
                return new(_mark, State.Value, 0, _lists + "]");
            case '}' or ']' when _state is State.Value or State.FirstKey && _lists.EndsWith(c):
                return new(_mark, State.Value, 0, _lists[..^1]);
            case ',' when _state == State.Value && _depth > 0:
                return With(_lists.EndsWith('}') ? State.FirstKey : State.Value);
            case ':' when _state == State.Key:
                text = "\":"u8;
                return With(State.Value);
            case ':' when _state == State.Value:
                return this; // after a marked name
            case ' ' or '\n':
                return this;
            case '\\' or '"':
                return null; // names are bare, and texts marked
            case var _ when _state == State.FirstKey:
                text = new byte[] { (byte)'"', value };
                return With(State.Key);
            default:
                return _state == State.Start ? null : this;
        }
    }

    private MarkedNotation With(State state) => new(_mark, state, 0, _lists);
}
