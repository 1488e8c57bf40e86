namespace Lamina.Constraints.Patterns;

/// <summary>What the classes in a pattern mean.</summary>
internal enum PatternDialect
{
    /// <summary>As in JavaScript, with whole code points: <c>\d</c> and <c>\w</c> are of ASCII.</summary>
    EcmaScript,

    /// <summary>As in .NET: <c>\d</c> and <c>\w</c> are of Unicode.</summary>
    DotNet,
}
