namespace Lamina.Constraints.Patterns;

/// <summary>A regular expression over code points, with intersection and complement. Equal ones of a factory are one object.</summary>
internal sealed class Expression
{
    internal Expression(int number, ExpressionKind kind, bool isNullable)
    {
        Number = number;
        Kind = kind;
        IsNullable = isNullable;
    }

    /// <summary>Its number in its factory.</summary>
    public int Number { get; }

    public ExpressionKind Kind { get; }

    /// <summary>Whether the empty text matches.</summary>
    public bool IsNullable { get; }

    /// <summary>The code points, of a <see cref="ExpressionKind.Set"/>.</summary>
    public CodePointSet Set { get; init; } = CodePointSet.Empty;

    /// <summary>The parts.</summary>
    public IReadOnlyList<Expression> Parts { get; init; } = [];

    /// <summary>Least and most times, of a <see cref="ExpressionKind.Repeat"/>; null for no limit.</summary>
    public (int Least, int? Most) Times { get; init; }

    /// <summary>The set as derivatives see it; the marks for beginning and end are sets of one element each.</summary>
    public int Mark { get; init; }
}
