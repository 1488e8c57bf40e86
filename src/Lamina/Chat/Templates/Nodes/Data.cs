using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Text that is put out as it is.</summary>
internal sealed class Data(int at, string text) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        scope.Run.Put(text.Length);
        output.Append(text);
        return Flow.Next;
    }
}
