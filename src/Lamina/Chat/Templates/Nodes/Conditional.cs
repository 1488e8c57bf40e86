using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>One value or another: <c>a if b else c</c>.</summary>
internal sealed class Conditional(Expression condition, Expression value, Expression? otherwise) : Expression
{
    protected override object? Compute(Scope scope) => ValueTypes.IsTrue(condition.Evaluate(scope)) ? value.Evaluate(scope)
        : otherwise is null ? new Undefined("the inline if-expression evaluated to false and no else section was defined.")
        : otherwise.Evaluate(scope);
}
