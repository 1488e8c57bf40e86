using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>What chat templates have no use for, such as other files: it fails once it is reached.</summary>
internal sealed class Refusal(int at, string fault) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output) => throw new TemplateFault(fault);
}
