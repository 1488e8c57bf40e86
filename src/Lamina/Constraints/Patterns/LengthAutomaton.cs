namespace Lamina.Constraints.Patterns;

/// <summary>Counts code points. A state is how many there were.</summary>
/// <param name="least">The least that are right.</param>
/// <param name="most">The most that are right; null for no limit.</param>
internal sealed class LengthAutomaton(int least, int? most) : TextAutomaton
{
    // Beyond this nothing changes any more.
    private readonly int _last = most is { } limit ? Math.Max(limit, least - 1) + 1 : least;

    public override IReadOnlyCollection<CodePointSet> Sets => [];

    public override int Step(int state, int codePoint) => Math.Min(state + 1, _last);

    public override bool IsRight(int state) => state >= least && !(state > most);

    public override bool CanBeRight(int state) => !(state > most) && !(least > most);

    public override bool CanBeWrong(int state) => state < least || most is not null;
}
