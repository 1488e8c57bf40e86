namespace Lamina.Constraints.Patterns;

/// <summary>What an <see cref="Expression"/> is made of.</summary>
internal enum ExpressionKind
{
    /// <summary>Nothing matches.</summary>
    Nothing,

    /// <summary>The empty text alone.</summary>
    Empty,

    /// <summary>One code point of a set.</summary>
    Set,

    /// <summary>The beginning or the end of the text.</summary>
    Mark,

    /// <summary>The first part and then the second.</summary>
    Sequence,

    /// <summary>Any of the parts.</summary>
    Any,

    /// <summary>All of the parts.</summary>
    All,

    /// <summary>What the part does not match.</summary>
    Not,

    /// <summary>The part, several times.</summary>
    Repeat,
}
