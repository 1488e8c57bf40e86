using System.Collections.Concurrent;

namespace Lamina.Constraints.Json;

/// <summary>The characters of a string that is a value.</summary>
internal sealed class ValueText : TextSink
{
    /// <summary>After so many points it is presumed that the string can come to a right end.</summary>
    private const int SearchLimit = 300;

    private readonly Frame _frame;
    private readonly StringPoint _point;
    private readonly ConcurrentDictionary<StringPoint, bool> _ends;
    private readonly Trail? _before;

    private ValueText(Frame frame, StringPoint point, ConcurrentDictionary<StringPoint, bool> ends, Trail? before)
    {
        (_frame, _point, _ends, _before) = (frame, point, ends, before);
    }

    /// <summary>A string that begins.</summary>
    /// <param name="frame">Where it stands.</param>
    /// <param name="before">The text of the document before it.</param>
    /// <returns>Null where no string can be right there.</returns>
    public static ValueText? Begin(Frame frame, Trail? before = null)
    {
        var text = new ValueText(frame, frame.ChildPlan.Strings.Start, [], before);
        return text.CanGoOn(text._point) ? text : null;
    }

    public override TextSink? Next(int codePoint)
    {
        var next = _point.Next(codePoint);
        return ReferenceEquals(next, _point) ? this : CanGoOn(next) ? new ValueText(_frame, next, _ends, _before) : null;
    }

    public override bool CanTakeAny(int first, int last) =>
        _point.Plan.Alphabet.ClassesBetween(first, last).Any(symbol => CanGoOn(_point.NextOf(symbol)));

    public override JsonState? End(Trail? trail) =>
        _frame.Complete(_point.Whole, _frame.NeedsText ? trail!.Since(_before) : null);

    private bool CanGoOn(StringPoint point) =>
        _frame.IsAlive(point.Truths) && (point.Plan.IsFree || _ends.GetOrAdd(point, CanEnd));

    /// <summary>Whether some text from a point on comes to an end that the document can become right with.</summary>
    private bool CanEnd(StringPoint from)
    {
        var (seen, open) = (new HashSet<StringPoint> { from }, new Stack<StringPoint>([from]));
        while (open.TryPop(out var point))
        {
            if (seen.Count > SearchLimit || _frame.IsAlive(point.Whole))
            {
                return true;
            }

            for (var symbol = 0; symbol < point.Plan.Alphabet.Representatives.Count; symbol++)
            {
                var next = point.NextOf(symbol);
                if (_frame.IsAlive(next.Truths) && seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }
}
