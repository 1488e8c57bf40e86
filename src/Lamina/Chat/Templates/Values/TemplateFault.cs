namespace Lamina.Chat.Templates.Values;

/// <summary>Something cannot be computed. It never leaves the template engine: whoever runs the template adds the place.</summary>
/// <param name="message">What, in Python's words where it has some.</param>
/// <param name="isRaised">Whether the template raised it on purpose.</param>
internal sealed class TemplateFault(string message, bool isRaised = false) : Exception(message)
{
    public bool IsRaised => isRaised;
}
