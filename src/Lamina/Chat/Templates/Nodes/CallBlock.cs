using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A call of a macro that may put out what is within: <c>{% call macro() %}…{% endcall %}</c>.</summary>
internal sealed class CallBlock(int at, Call call, MacroDefinition caller) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        output.Append(Printer.Print(call.Invoke(scope, new Macro(caller, scope))));
        return Flow.Next;
    }
}
