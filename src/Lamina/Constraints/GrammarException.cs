namespace Lamina.Constraints;

/// <summary>A grammar cannot be used: it is wrong, admits nothing, or asks for what is not supported.</summary>
public sealed class GrammarException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The character in the line, from 1.</param>
    /// <param name="fault">What is wrong and what would be right.</param>
    public GrammarException(int line, int column, string fault)
        : base("compile grammar", $"The grammar cannot be used, line {line}, column {column}: {fault}")
    {
        (Line, Column) = (line, column);
    }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The character in the line, from 1.</summary>
    public int Column { get; }
}
