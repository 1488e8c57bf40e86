using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Not a condition.</summary>
internal sealed class Negation(Expression value) : Expression
{
    protected override object? Compute(Scope scope) => !ValueTypes.IsTrue(value.Evaluate(scope));
}
