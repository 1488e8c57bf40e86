using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Out of a loop, or to its next item.</summary>
internal sealed class Jump(int at, Flow flow) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output) => flow;
}
