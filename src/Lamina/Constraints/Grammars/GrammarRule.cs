namespace Lamina.Constraints.Grammars;

/// <summary>A rule as it is read: its alternatives, each a sequence of symbols.</summary>
/// <param name="name">Its name; that of the rule it is within for one that has none of its own.</param>
/// <param name="at">Where it was first named.</param>
internal sealed class GrammarRule(string name, int at)
{
    public string Name => name;

    public int At => at;

    public bool IsDefined { get; set; }

    /// <summary>Whether it says a thing again and again: the thing and itself, or nothing.</summary>
    public bool IsLoop { get; init; }

    public List<GrammarSymbol[]> Alternatives { get; } = [];
}
