namespace Lamina.Constraints.Json;

/// <summary>How far a string has come, as the automata of its plan see it. Immutable, but for what it remembers.</summary>
internal sealed class StringPoint(StringPlan plan, int[] states, string number)
{
    private readonly StringPoint?[] _next = new StringPoint[plan.Alphabet.Representatives.Count];
    private Truth[]? _whole;

    public StringPlan Plan => plan;

    /// <summary>The same for points that are the same, in one plan.</summary>
    public string Number => number;

    /// <summary>What holds of each root, whatever comes.</summary>
    public Truth[] Truths { get; } = plan.TruthsOf(states, isWhole: false);

    /// <summary>What holds of each root if the string ends here.</summary>
    public Truth[] Whole => _whole ??= plan.TruthsOf(states, isWhole: true);

    public StringPoint Next(int codePoint) => NextOf(plan.Alphabet.ClassOf(codePoint));

    /// <summary>The point after any code point of a class of the plan's alphabet.</summary>
    public StringPoint NextOf(int symbol) => _next[symbol] ??= plan.Step(states, plan.Alphabet.Representatives[symbol]);
}
