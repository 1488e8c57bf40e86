using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Of two values the one that decides: by "and" the first that is false, by "or" the first that is true.</summary>
internal sealed class Junction(Expression left, Expression right, bool isAnd) : Expression
{
    protected override object? Compute(Scope scope)
    {
        var value = left.Evaluate(scope);
        return ValueTypes.IsTrue(value) == isAnd ? right.Evaluate(scope) : value;
    }
}
