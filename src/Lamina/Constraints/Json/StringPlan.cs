using System.Collections.Concurrent;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>What a string must be by the schemas of a plan: their automata side by side, whose common states are found as they come.</summary>
internal sealed class StringPlan
{
    private readonly Plan _plan;
    private readonly TextAutomaton[] _automata;
    private readonly int[][] _needs; // of each node its automata
    private readonly ConcurrentDictionary<string, StringPoint> _points = new(StringComparer.Ordinal);

    public StringPlan(Plan plan)
    {
        _plan = plan;
        var needs = plan.Nodes.Select(node => node.Schema.Texts.Concat(node.Schema.Lists.Select(list => list.Strings).OfType<TextAutomaton>()).ToArray()).ToArray();
        _automata = [.. needs.SelectMany(automata => automata).Distinct()];
        _needs = [.. needs.Select(automata => automata.Select(automaton => Array.IndexOf(_automata, automaton)).ToArray())];
        Sets = [.. _automata.SelectMany(automaton => automaton.Sets)];
        Alphabet = new(Sets);
        Start = Find(new int[_automata.Length]);
    }

    /// <summary>The sets of code points that make a difference.</summary>
    public IReadOnlyList<CodePointSet> Sets { get; }

    /// <summary>Which code points make a difference.</summary>
    public Alphabet Alphabet { get; }

    /// <summary>Before any text.</summary>
    public StringPoint Start { get; }

    /// <summary>Whether all strings are alike to it.</summary>
    public bool IsFree => _automata.Length == 0;

    /// <summary>What holds of each root for a string that is whole.</summary>
    public Truth[] Read(string text) => CodePoints.Of(text).Aggregate(Start, (point, codePoint) => point.Next(codePoint)).Whole;

    /// <summary>The point after a code point.</summary>
    public StringPoint Step(int[] states, int codePoint)
    {
        var next = new int[states.Length];
        for (var i = 0; i < next.Length; i++)
        {
            next[i] = _automata[i].Step(states[i], codePoint);
        }

        return Find(next);
    }

    /// <summary>What holds of each root.</summary>
    /// <param name="states">Of each automaton.</param>
    /// <param name="isWhole">Whether the text ends here.</param>
    public Truth[] TruthsOf(int[] states, bool isWhole)
    {
        var truths = new Truth[_plan.Nodes.Length];
        for (var i = 0; i < truths.Length; i++)
        {
            truths[i] = _plan.Nodes[i].StartOf(JsonTypes.String) == Truth.No ? Truth.No : Truth.Yes;
            foreach (var need in truths[i] == Truth.No ? [] : _needs[i])
            {
                truths[i] = truths[i].And(TruthOf(_automata[need], states[need], isWhole));
            }
        }

        _plan.Evaluate(truths, JsonTypes.String, null);
        return _plan.RootsOf(truths);
    }

    private static Truth TruthOf(TextAutomaton automaton, int state, bool isWhole) =>
        isWhole ? Truths.Of(automaton.IsRight(state))
        : !automaton.CanBeRight(state) ? Truth.No
        : automaton.CanBeWrong(state) ? Truth.Open
        : Truth.Yes;

    private StringPoint Find(int[] states) => _points.GetOrAdd(string.Join(',', states), key => new(this, states, key));
}
