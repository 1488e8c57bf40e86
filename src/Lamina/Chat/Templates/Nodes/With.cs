using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Variables for a part of the template, which has a scope of its own.</summary>
internal sealed class With(int at, IReadOnlyList<(Target Target, Expression Value)> variables, Sequence body) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        var inner = scope.Inner();
        foreach (var (target, value) in variables)
        {
            target.Set(inner, value.Evaluate(scope));
        }

        return body.Render(inner, output);
    }
}
