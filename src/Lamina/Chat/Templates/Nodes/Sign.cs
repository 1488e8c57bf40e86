using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A sign before a value.</summary>
internal sealed class Sign(Expression value, bool isMinus) : Expression
{
    protected override object? Compute(Scope scope) =>
        isMinus ? Operators.Negate(value.Evaluate(scope)) : Operators.Plus(value.Evaluate(scope));
}
