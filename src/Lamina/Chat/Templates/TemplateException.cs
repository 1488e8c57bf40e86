namespace Lamina.Chat.Templates;

/// <summary>A chat template cannot be read, or fails where it is rendered.</summary>
public sealed class TemplateException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">The line of the template, from 1; 0 where none is to blame.</param>
    /// <param name="column">The character in the line, from 1; 0 where it is not known.</param>
    /// <param name="fault">What is wrong; the template's own message where it raised one.</param>
    /// <param name="isRaised">Whether the template raised it on purpose, by <c>raise_exception</c>.</param>
    /// <param name="innerException">The cause, or null.</param>
    public TemplateException(int line, int column, string fault, bool isRaised = false, Exception? innerException = null)
        : base("render chat template", Describe(line, column, fault, isRaised), innerException: innerException)
    {
        (Line, Column, Fault, IsRaised) = (line, column, fault, isRaised);
    }

    /// <summary>The line of the template, from 1; 0 where none is to blame.</summary>
    public int Line { get; }

    /// <summary>The character in the line, from 1; 0 where it is not known.</summary>
    public int Column { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Fault { get; }

    /// <summary>Whether the template raised it on purpose: it refuses the conversation.</summary>
    public bool IsRaised { get; }

    private static string Describe(int line, int column, string fault, bool isRaised)
    {
        var place = line == 0 ? "" : column == 0 ? $", line {line}" : $", line {line}, column {column}";
        return isRaised ? $"The chat template refuses the conversation{place}: {fault}" : $"The chat template fails{place}: {fault}";
    }
}
