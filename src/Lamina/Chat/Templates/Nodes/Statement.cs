using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>What puts text out, or changes variables.</summary>
/// <param name="at">Where in the template it stands.</param>
internal abstract class Statement(int at)
{
    public int At => at;

    /// <exception cref="TemplateFault">It fails.</exception>
    public abstract Flow Render(Scope scope, TextBuilder output);
}
