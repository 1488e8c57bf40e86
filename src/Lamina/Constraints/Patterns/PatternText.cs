namespace Lamina.Constraints.Patterns;

/// <summary>A text that a pattern has to match.</summary>
internal sealed class PatternText : TextState
{
    private readonly PatternAutomaton _automaton;
    private readonly int _state;
    private readonly Utf8Prefix? _prefix;

    public PatternText(PatternAutomaton automaton)
        : this(automaton, TextAutomaton.Start, null)
    {
    }

    private PatternText(PatternAutomaton automaton, int state, Utf8Prefix? prefix)
    {
        (_automaton, _state, _prefix) = (automaton, state, prefix);
    }

    public override bool CanEnd => _prefix is null && _automaton.IsRight(_state);

    public override TextState? Accept(byte value)
    {
        if (_prefix is null && value < 0x80)
        {
            return Step(value);
        }

        if ((_prefix is { } begun ? begun.Append(value) : Utf8Prefix.Begin(value)) is not { } prefix)
        {
            return null;
        }

        return prefix.Remaining == 0 ? Step(prefix.Bits)
            : _automaton.CanStepWithin(_state, prefix.First, prefix.Last) ? new PatternText(_automaton, _state, prefix)
            : null;
    }

    private PatternText? Step(int codePoint)
    {
        var next = _automaton.Step(_state, codePoint);
        return _automaton.CanBeRight(next) ? new(_automaton, next, null) : null;
    }
}
