using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A value that is put out.</summary>
internal sealed class Output(int at, Expression value) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        var text = Printer.Print(value.Evaluate(scope));
        scope.Run.Put(text.Value.Length);
        output.Append(text);
        return Flow.Next;
    }
}
