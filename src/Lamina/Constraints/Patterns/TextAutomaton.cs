namespace Lamina.Constraints.Patterns;

/// <summary>Reads a text code point by code point, and knows of each state whether the text so far is right and can become so.</summary>
/// <remarks>Safe for use from several threads at once.</remarks>
internal abstract class TextAutomaton
{
    /// <summary>The state before any text.</summary>
    public const int Start = 0;

    /// <summary>The sets of code points that make a difference.</summary>
    public abstract IReadOnlyCollection<CodePointSet> Sets { get; }

    /// <summary>The state after a code point.</summary>
    public abstract int Step(int state, int codePoint);

    /// <summary>The state after a text.</summary>
    public int Read(string text) => CodePoints.Of(text).Aggregate(Start, Step);

    /// <summary>Whether the text that led to a state is right.</summary>
    public abstract bool IsRight(int state);

    /// <summary>Whether some text from here on makes it right.</summary>
    public abstract bool CanBeRight(int state);

    /// <summary>Whether some text from here on makes it wrong.</summary>
    public abstract bool CanBeWrong(int state);
}
