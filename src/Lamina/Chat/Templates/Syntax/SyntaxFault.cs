namespace Lamina.Chat.Templates.Syntax;

/// <summary>A template cannot be read. It never leaves the template engine, which makes line and column of the place.</summary>
/// <param name="at">Where in the template.</param>
/// <param name="message">What is wrong.</param>
internal sealed class SyntaxFault(int at, string message) : Exception(message)
{
    public int At => at;
}
