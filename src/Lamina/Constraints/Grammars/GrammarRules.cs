namespace Lamina.Constraints.Grammars;

/// <summary>What the rules of a grammar have in common: which can be empty, which begin with which, which come to an end.</summary>
/// <param name="rules">The rules, all of them defined.</param>
internal sealed class GrammarRules(IReadOnlyList<GrammarRule> rules)
{
    /// <summary>A rule that can begin with itself; null where there is none.</summary>
    public GrammarRule? LeftRecursive()
    {
        var isEmpty = Closure((symbol, isEmpty) => symbol.Set is null && isEmpty[symbol.Rule]);
        var begun = new bool[rules.Count];
        var done = new bool[rules.Count];
        for (var i = 0; i < rules.Count; i++)
        {
            // Without recursion: a chain of rules may be as long as the grammar.
            var path = new Stack<(int Rule, IEnumerator<int> Next)>();
            Enter(i);
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    done[top.Rule] = true;
                    path.Pop();
                }
                else if (begun[top.Next.Current] && !done[top.Next.Current])
                {
                    return rules[top.Next.Current];
                }
                else
                {
                    Enter(top.Next.Current);
                }
            }

            void Enter(int rule)
            {
                if (!begun[rule])
                {
                    begun[rule] = true;
                    path.Push((rule, First(rule, isEmpty).GetEnumerator()));
                }
            }
        }

        return null;
    }

    /// <summary>The alternatives of each rule that come to an end.</summary>
    /// <param name="root">The rule that must.</param>
    /// <returns>Null where it does not.</returns>
    public GrammarSymbol[][][]? Productive(int root)
    {
        var ends = Closure((symbol, ends) => symbol.Set is not null || ends[symbol.Rule]);
        return ends[root]
            ? [.. rules.Select(rule => rule.Alternatives
                .Where(symbols => Array.TrueForAll(symbols, symbol => symbol.Set is not null || ends[symbol.Rule]))
                .ToArray())]
            : null;
    }

    /// <summary>The rules of which an alternative has nothing but what holds already, found until there are no more.</summary>
    private bool[] Closure(Func<GrammarSymbol, bool[], bool> holds)
    {
        var found = new bool[rules.Count];
        for (var isMore = true; isMore;)
        {
            isMore = false;
            for (var i = rules.Count - 1; i >= 0; i--)
            {
                if (!found[i] && rules[i].Alternatives.Exists(symbols => Array.TrueForAll(symbols, symbol => holds(symbol, found))))
                {
                    isMore = found[i] = true;
                }
            }
        }

        return found;
    }

    /// <summary>The rules that one can begin with. Where a loop comes round having said nothing, nothing is lost by leaving it.</summary>
    private IEnumerable<int> First(int rule, bool[] isEmpty)
    {
        foreach (var symbols in rules[rule].Alternatives)
        {
            for (var i = 0; i < symbols.Length && symbols[i].Set is null; i++)
            {
                if (!(rules[rule].IsLoop && symbols[i].Rule == rule))
                {
                    yield return symbols[i].Rule;
                }

                if (!isEmpty[symbols[i].Rule])
                {
                    break;
                }
            }
        }
    }
}
