using System.Collections.Concurrent;
using System.Text;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>The characters of a string that is a value.</summary>
internal sealed class ValueText : TextSink
{
    /// <summary>After so many points it is presumed that the string can come to a right end.</summary>
    private const int SearchLimit = 300;

    private readonly Frame _frame;
    private readonly StringPoint _point;
    private readonly ConcurrentDictionary<(StringPoint, string), bool> _ends;
    private readonly Trail? _before;
    private readonly string _text; // empty where nobody needs it

    private ValueText(Frame frame, StringPoint point, ConcurrentDictionary<(StringPoint, string), bool> ends, Trail? before, string text)
    {
        (_frame, _point, _ends, _before, _text) = (frame, point, ends, before, text);
    }

    /// <summary>A string that begins.</summary>
    /// <param name="frame">Where it stands.</param>
    /// <param name="before">The text of the document before it.</param>
    /// <returns>Null where no string can be right there.</returns>
    public static ValueText? Begin(Frame frame, Trail? before = null)
    {
        var text = new ValueText(frame, frame.ChildPlan.Strings.Start, [], before, "");
        return text.CanGoOn(text._point, "") ? text : null;
    }

    public override TextSink? Next(int codePoint)
    {
        var next = _point.Next(codePoint);
        if (_frame.NeedsText)
        {
            var text = _text + CodePoints.ToText(codePoint);
            return CanGoOn(next, text) ? new ValueText(_frame, next, _ends, _before, text) : null;
        }

        return ReferenceEquals(next, _point) ? this : CanGoOn(next, "") ? new ValueText(_frame, next, _ends, _before, "") : null;
    }

    public override IEnumerable<byte>? Candidates()
    {
        // Where a class has several characters that can come, any of them may.
        var alphabet = _point.Plan.Alphabet;
        var open = Enumerable.Range(0, alphabet.Representatives.Count)
            .Where(symbol => CanGoOn(_point.NextOf(symbol), _frame.NeedsText ? _text + CodePoints.ToText(alphabet.Representatives[symbol]) : ""))
            .ToArray();
        return Array.TrueForAll(open, alphabet.IsSingle)
            ? open.Select(symbol => Encoding.UTF8.GetBytes(CodePoints.ToText(alphabet.Representatives[symbol]))[0]).Distinct()
            : null;
    }

    public override bool CanTakeAny(int first, int last)
    {
        var alphabet = _point.Plan.Alphabet;
        return alphabet.ClassesBetween(first, last).Any(symbol => CanGoOn(
            _point.NextOf(symbol), _frame.NeedsText ? _text + CodePoints.ToText(alphabet.Representatives[symbol]) : ""));
    }

    public override JsonState? End(Trail? trail) =>
        _frame.Complete(_point.Whole, _frame.NeedsText ? trail!.Since(_before) : null);

    private bool CanGoOn(StringPoint point, string text) =>
        _frame.IsAlive(point.Truths) && (point.Plan.IsFree || (_ends.TryGetValue((point, text), out var canEnd) ? canEnd : CanEnd(point, text)));

    /// <summary>Whether some text from a point on comes to an end that the document can become right with.</summary>
    private bool CanEnd(StringPoint from, string begun)
    {
        // Where texts count, each is looked at, also where several lead to one point.
        var start = (from, begun);
        var before = new Dictionary<(StringPoint, string), (StringPoint, string)> { [start] = start };
        var open = new Stack<(StringPoint, string)>([start]);
        while (open.TryPop(out var at))
        {
            var (point, text) = at;
            var isEnd = _frame.IsAlive(point.Whole) && (!_frame.NeedsText || _frame.Allows(CanonicalJson.OfString(text)));
            if (isEnd || before.Count > SearchLimit)
            {
                // Of those on the way here as much is known, or nearly: they are not searched from again.
                for (var skip = isEnd ? 0 : SearchLimit / 2; ; at = before[at], skip--)
                {
                    if (skip <= 0 || at == start)
                    {
                        _ends[at] = true;
                    }

                    if (at == start)
                    {
                        return true;
                    }
                }
            }

            var representatives = point.Plan.Alphabet.Representatives;
            for (var symbol = 0; symbol < representatives.Count; symbol++)
            {
                var next = point.NextOf(symbol);
                var then = _frame.NeedsText ? text + CodePoints.ToText(representatives[symbol]) : "";
                if (_frame.IsAlive(next.Truths) && before.TryAdd((next, then), at))
                {
                    open.Push((next, then));
                }
            }
        }

        foreach (var dead in before.Keys)
        {
            _ends[dead] = false;
        }

        return false;
    }
}
