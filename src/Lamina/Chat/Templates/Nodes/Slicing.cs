using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Some items: <c>value[start:stop:step]</c>.</summary>
internal sealed class Slicing(Expression owner, Expression? start, Expression? stop, Expression? step) : Expression
{
    protected override object? Compute(Scope scope)
    {
        var value = owner.Evaluate(scope);
        scope.Run.Spend(((Elements.Count(value) ?? 0) / 16) + 1);
        return Elements.Slice(value, start?.Evaluate(scope), stop?.Evaluate(scope), step?.Evaluate(scope));
    }
}
