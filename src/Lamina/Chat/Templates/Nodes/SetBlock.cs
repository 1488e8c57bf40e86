using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Sets a variable to what is put out within: <c>{% set a %}…{% endset %}</c>.</summary>
internal sealed class SetBlock(int at, Target target, Filtered? filter, Sequence body) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        var inner = new TextBuilder();
        var flow = body.Render(scope.Inner(), inner);
        if (flow == Flow.Next)
        {
            object? text = inner.ToText();
            target.Set(scope, filter is null ? text : filter.ApplyAll(text, scope));
        }

        return flow;
    }
}
