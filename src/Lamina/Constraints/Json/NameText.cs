using System.Collections.Concurrent;
using System.Text;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>The characters of a member's name.</summary>
internal sealed class NameText : TextSink
{
    /// <summary>After so many names it is presumed that one can come that is right.</summary>
    private const int SearchLimit = 300;

    private readonly ObjectFrame _frame;
    private readonly string _text;
    private readonly int[] _patterns;    // the states of the plan's patterns
    private readonly StringPoint _names; // the state of what names must be
    private readonly ConcurrentDictionary<string, bool> _ends;

    private NameText(ObjectFrame frame, string text, int[] patterns, StringPoint names, ConcurrentDictionary<string, bool> ends)
    {
        (_frame, _text, _patterns, _names, _ends) = (frame, text, patterns, names, ends);
    }

    private Plan Plan => _frame.Plan;

    private bool IsKnown => Array.BinarySearch(Plan.MemberNames, _text, StringComparer.Ordinal) >= 0;

    /// <summary>A name that begins.</summary>
    /// <returns>Null where no member can come.</returns>
    public static NameText? Begin(ObjectFrame frame)
    {
        var text = new NameText(frame, "", new int[frame.Plan.MemberPatterns.Length], frame.Plan.Names.Strings.Start, new(StringComparer.Ordinal));
        return text.CanEnd() ? text : null;
    }

    public override TextSink? Next(int codePoint)
    {
        var next = Step(codePoint);
        return next.CanEnd() ? next : null;
    }

    public override IEnumerable<byte>? Candidates() => CanEndOtherwise() ? null : NamesFrom(_text)
        .Where(name => name.Length > _text.Length && _frame.CanAdd(name))
        .Select(name => Encoding.UTF8.GetBytes(CodePoints.ToText(CodePoints.Of(name[_text.Length..]).First()))[0])
        .Distinct();

    public override bool CanTakeAny(int first, int last)
    {
        foreach (var name in NamesFrom(_text))
        {
            if (name.Length > _text.Length && CodePoints.Of(name[_text.Length..]).First() is var next && next >= first && next <= last
                && _frame.CanAdd(name))
            {
                return true;
            }
        }

        var alphabet = Plan.NameAlphabet;
        return alphabet.ClassesBetween(first, last).Any(symbol => Step(alphabet.Representatives[symbol]).CanEndOtherwise());
    }

    public override JsonState? End(Trail? trail) =>
        !_frame.Has(_text) && (IsKnown || CanEndOtherwise()) && _frame.Add(_text) is { } begun ? new AfterNameState(begun) : null;

    private NameText Step(int codePoint)
    {
        var patterns = new int[_patterns.Length];
        for (var i = 0; i < patterns.Length; i++)
        {
            patterns[i] = Plan.MemberPatterns[i].Step(_patterns[i], codePoint);
        }

        return new(_frame, _text + CodePoints.ToText(codePoint), patterns, _names.Next(codePoint), _ends);
    }

    /// <summary>Whether some name that begins so can come.</summary>
    private bool CanEnd() => NamesFrom(_text).Any(_frame.CanAdd) || CanEndOtherwise();

    /// <summary>Whether some name can come that begins so, other than those that the plan knows.</summary>
    private bool CanEndOtherwise()
    {
        if (Plan.MemberPatterns.Length == 0 && Plan.Names.RootCount == 0)
        {
            return _frame.CanAddOther("");
        }

        return _ends.GetOrAdd($"{string.Join(',', _patterns)} {_names.Number}", _ => Search());
    }

    private bool Search()
    {
        var (seen, open) = (new HashSet<string>(StringComparer.Ordinal), new Stack<NameText>([this]));
        while (open.TryPop(out var name))
        {
            if (seen.Count > SearchLimit || name.IsRightOtherwise())
            {
                return true;
            }

            foreach (var symbol in Plan.NameAlphabet.Representatives)
            {
                var next = name.Step(symbol);
                if (_frame.AllowsName(next._names.Truths) && seen.Add($"{string.Join(',', next._patterns)} {next._names.Number}"))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    private bool IsRightOtherwise() => _frame.AllowsName(_names.Whole) && _frame.CanAddOther(string.Create(
        _patterns.Length, this, static (matches, name) =>
        {
            for (var i = 0; i < matches.Length; i++)
            {
                matches[i] = name.Plan.MemberPatterns[i].IsRight(name._patterns[i]) ? '1' : '0';
            }
        }));

    /// <summary>The names with a beginning, of those that the plan knows.</summary>
    private IEnumerable<string> NamesFrom(string beginning)
    {
        var names = Plan.MemberNames;
        var at = Array.BinarySearch(names, beginning, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < names.Length && names[at].StartsWith(beginning, StringComparison.Ordinal); at++)
        {
            yield return names[at];
        }
    }
}
