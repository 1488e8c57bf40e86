using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Arithmetic on two values.</summary>
internal sealed class Operation(Expression left, Expression right, Func<object?, object?, TemplateRun, object?> apply) : Expression
{
    protected override object? Compute(Scope scope) => apply(left.Evaluate(scope), right.Evaluate(scope), scope.Run);
}
