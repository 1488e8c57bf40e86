using System.Text;

namespace Lamina.Chat.Replies;

/// <summary>Takes a reply apart as it comes: what is said, what is thought, which tools are called.</summary>
/// <remarks>What may be the beginning of a mark is held back until that is known.</remarks>
internal sealed class ReplyParser
{
    private readonly Mark[] _marks;
    private readonly StringBuilder _pending = new();
    private readonly CallReader? _calls;
    private readonly JsonStringReader _json = new();
    private Mode _mode;
    private bool _isAtStart = true; // nothing was said yet
    private bool _isBlank = true;   // what was thought last, or said, ended so that blanks are left out

    /// <param name="syntax">How the reply is written.</param>
    /// <param name="isReasoning">Whether it begins within reasoning.</param>
    /// <param name="readsCalls">Whether tools may be called; else what looks so is text.</param>
    public ReplyParser(ReplySyntax syntax, bool isReasoning, bool readsCalls)
    {
        // Where what is said has a recipient, that is read in any case.
        _calls = syntax.Calls is { } calls && (readsCalls || calls.IsBegun) ? new(calls) : null;
        _mode = isReasoning ? Mode.Reasoning : _calls is { Syntax.IsBegun: true } ? Mode.Calls : Mode.Text;
        _marks = [.. Marks(syntax, _calls is not null)];
    }

    private enum Mode
    {
        Text,
        Reasoning,
        Calls,
        Json, // what is said, as a JSON string
    }

    private enum MarkKind
    {
        Reasoning,
        ReasoningEnd,
        Calls,
        BareCall,
        Dropped,
        Json,
    }

    /// <summary>Whether what came last is thought.</summary>
    public bool IsReasoning => _mode == Mode.Reasoning;

    /// <summary>Takes more of the reply.</summary>
    /// <param name="text">The text, with control tokens by their names.</param>
    public IReadOnlyList<ChatReplyUpdate> Append(string text)
    {
        _pending.Append(text);

        // A long call is not read anew with each of its tokens.
        return _mode == Mode.Calls && _calls!.AwaitsClosing && !text.AsSpan().ContainsAny('}', ')') ? [] : Read(isEnd: false);
    }

    /// <summary>Takes the end.</summary>
    /// <param name="cutCall">What there is of a call that was cut; null for nothing.</param>
    public IReadOnlyList<ChatReplyUpdate> End(out string? cutCall)
    {
        var updates = Read(isEnd: true);
        cutCall = _mode == Mode.Calls && _pending.Length > 0 ? _calls!.Begun + _pending : null;
        return updates;
    }

    private static IEnumerable<Mark> Marks(ReplySyntax syntax, bool withCalls)
    {
        if (syntax.Reasoning is { } reasoning)
        {
            yield return new(reasoning.Begin.TrimEnd(), MarkKind.Reasoning);
            yield return new(reasoning.End, MarkKind.ReasoningEnd);
        }

        foreach (var header in syntax.Dropped)
        {
            yield return new(header, MarkKind.Dropped);
        }

        if (!withCalls || syntax.Calls is not { } calls)
        {
            yield break;
        }

        foreach (var begin in calls.OtherBegins.Prepend(calls.Begin).Where(begin => begin.Length > 0))
        {
            yield return new(begin, MarkKind.Calls);
        }

        if (calls.Begin.Length == 0)
        {
            yield return new("{", MarkKind.BareCall);
        }

        if (calls.TextBegin is { } text)
        {
            yield return new(text, MarkKind.Json);
        }
    }

    private List<ChatReplyUpdate> Read(bool isEnd)
    {
        var updates = new List<ChatReplyUpdate>();
        for (var isWaiting = false; !isWaiting && _pending.Length > 0;)
        {
            updates.AddRange(_mode switch
            {
                Mode.Calls => ReadCalls(isEnd, out isWaiting),
                Mode.Json => ReadJson(out isWaiting),
                _ => ReadText(isEnd, out isWaiting),
            });
        }

        return updates;
    }

    private List<ChatReplyUpdate> ReadText(bool isEnd, out bool isWaiting)
    {
        var pending = _pending.ToString();
        var (at, mark) = (pending.Length, default(Mark));
        foreach (var each in _marks.Where(CanCome))
        {
            var found = pending.IndexOf(each.Text, StringComparison.Ordinal);
            if (each.Kind == MarkKind.BareCall && found >= 0 && (!_isAtStart || pending.AsSpan(0, found).ContainsAnyExcept(" \n")))
            {
                continue;
            }

            // Of two in one place the longer one counts.
            if (found >= 0 && (found < at || (found == at && each.Text.Length > mark!.Text.Length)))
            {
                (at, mark) = (found, each);
            }
        }

        if (mark is null)
        {
            // The longest end that may be the beginning of a mark, and blanks that may stand before one.
            at = isEnd ? pending.Length : HeldFrom(pending);
        }

        var text = pending[..at];
        _pending.Remove(0, at + (mark is null or { Kind: MarkKind.BareCall } ? 0 : mark.Text.Length));
        isWaiting = mark is null;
        var updates = Say(mark is null ? text : text.TrimEnd());
        switch (mark?.Kind)
        {
            case MarkKind.Reasoning:
                (_mode, _isBlank) = (Mode.Reasoning, true);
                break;
            case MarkKind.ReasoningEnd:
                (_mode, _isBlank) = (Mode.Text, true);
                break;
            case MarkKind.Calls or MarkKind.BareCall:
                _mode = Mode.Calls;
                _calls!.Begin(mark.Kind == MarkKind.Calls ? mark.Text : "");
                break;
            case MarkKind.Json:
                _mode = Mode.Json;
                break;
            case MarkKind.Dropped:
                (_mode, _isBlank) = (Mode.Text, _isBlank || text.Length == 0);
                break;
        }

        return updates;
    }

    private bool CanCome(Mark mark) => mark.Kind switch
    {
        MarkKind.Reasoning => _mode == Mode.Text,
        MarkKind.ReasoningEnd => _mode == Mode.Reasoning,
        MarkKind.BareCall or MarkKind.Json => _mode == Mode.Text && _isAtStart,
        _ => true,
    };

    private int HeldFrom(string pending)
    {
        var from = pending.Length;
        foreach (var mark in _marks.Where(CanCome))
        {
            for (var length = Math.Min(mark.Text.Length - 1, pending.Length); length > 0; length--)
            {
                if (pending.EndsWith(mark.Text[..length], StringComparison.Ordinal))
                {
                    from = Math.Min(from, pending.Length - length);
                    break;
                }
            }
        }

        return pending.AsSpan(0, from).TrimEnd().Length;
    }

    private List<ChatReplyUpdate> Say(string text)
    {
        text = _isBlank ? text.TrimStart() : text;
        if (text.Length == 0)
        {
            return [];
        }

        _isBlank = false;
        _isAtStart &= _mode == Mode.Reasoning;
        return [_mode == Mode.Reasoning ? new() { Reasoning = text } : new() { Text = text }];
    }

    private List<ChatReplyUpdate> ReadCalls(bool isEnd, out bool isWaiting)
    {
        var pending = _pending.ToString();
        var step = _calls!.Read(pending, isEnd, out var call, out var length);
        isWaiting = step == CallStep.Incomplete;
        if (step == CallStep.Incomplete)
        {
            return [];
        }

        if (step == CallStep.NoCall)
        {
            // What began as a call and is none is said, up to where the next mark may come.
            _mode = Mode.Text;
            _isAtStart = false;
            var at = Math.Max(1, length);
            _pending.Remove(0, at);
            return Say(_calls.Begun + pending[..at]);
        }

        _pending.Remove(0, length);
        _isAtStart = false;
        if (step is CallStep.End or CallStep.Text)
        {
            (_mode, _isBlank) = (Mode.Text, true);
        }

        return call is null ? [] : [new() { ToolCall = call }];
    }

    private List<ChatReplyUpdate> ReadJson(out bool isWaiting)
    {
        var read = _json.Read(_pending.ToString(), out var length);
        _pending.Remove(0, _json.IsOver ? _pending.Length : length); // behind it there is a brace
        isWaiting = true;
        return read.Length == 0 ? [] : [new() { Text = read }];
    }

    private sealed record Mark(string Text, MarkKind Kind);
}
