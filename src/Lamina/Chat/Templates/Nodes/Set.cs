using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Sets variables: <c>{% set a = 1 %}</c>.</summary>
internal sealed class Set(int at, Target target, Expression value) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        target.Set(scope, value.Evaluate(scope));
        return Flow.Next;
    }
}
