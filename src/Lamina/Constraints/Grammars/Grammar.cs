using System.Collections.Concurrent;

namespace Lamina.Constraints.Grammars;

/// <summary>
/// A context-free grammar, read from left to right by keeping all places where the text so far may have led. Safe for use
/// from several threads at once.
/// </summary>
internal sealed class Grammar
{
    private const int MostStates = 4096;
    private const int MostPlaces = 50_000;

    private readonly GrammarSymbol[][][] _rules;

    /// <summary>States met before: much of a text leads where it was already.</summary>
    private readonly ConcurrentDictionary<GrammarText, GrammarText> _states = new();

    /// <param name="rules">The alternatives of each rule; none of them left-recursive, and each of them to be fulfilled.</param>
    /// <param name="root">The rule that the text is to be.</param>
    public Grammar(GrammarSymbol[][][] rules, int root)
    {
        _rules = rules;
        Start = Expand([new([GrammarSymbol.Of(root)], 0, null)]);
    }

    /// <summary>Before any text.</summary>
    public GrammarText Start { get; }

    /// <summary>After a code point.</summary>
    /// <returns>Null where it cannot come.</returns>
    public GrammarText? Step(ReadOnlySpan<GrammarStack> stacks, int codePoint)
    {
        var next = new List<GrammarStack>();
        foreach (var stack in stacks)
        {
            if (stack.Sequence[stack.At].Set!.Contains(codePoint))
            {
                next.Add(new(stack.Sequence, stack.At + 1, stack.Below));
            }
        }

        return next.Count == 0 ? null : Expand(next);
    }

    /// <summary>Follows rules until a code point must come.</summary>
    private GrammarText Expand(List<GrammarStack> open)
    {
        var (seen, stacks, canEnd) = (new HashSet<GrammarStack>(), new List<GrammarStack>(), false);
        while (open.Count > 0)
        {
            var stack = open[^1];
            open.RemoveAt(open.Count - 1);
            if (!seen.Add(stack))
            {
                continue;
            }

            if (seen.Count > MostPlaces)
            {
                throw new LaminaException(
                    "generate", $"The grammar is too ambiguous: the text so far can be read in more than {MostPlaces} ways.");
            }

            if (stack.At == stack.Sequence.Length)
            {
                canEnd |= stack.Below is null;
                open.AddRange(stack.Below is { } below ? [below] : []);
            }
            else if (stack.Sequence[stack.At] is { Set: null, Rule: var rule })
            {
                // At the end of an alternative nothing is left to come back for, so that lists do not pile up.
                var after = stack.At + 1 == stack.Sequence.Length ? stack.Below : new(stack.Sequence, stack.At + 1, stack.Below);
                foreach (var alternative in _rules[rule])
                {
                    open.Add(new(alternative, 0, after));
                }
            }
            else
            {
                stacks.Add(stack);
            }
        }

        if (_states.Count > MostStates)
        {
            _states.Clear();
        }

        var state = new GrammarText(this, [.. stacks], canEnd);
        return _states.GetOrAdd(state, state);
    }
}
