using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Values as output, one after the other: <c>~</c>.</summary>
internal sealed class Joining(IReadOnlyList<Expression> values) : Expression
{
    protected override object? Compute(Scope scope) => Operators.Join([.. values.Select(value => value.Evaluate(scope))], scope.Run);
}
