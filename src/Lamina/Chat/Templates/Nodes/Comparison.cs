using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A chain of comparisons, each with the value before it.</summary>
internal sealed class Comparison(Expression first, IReadOnlyList<(string Sign, Expression Value)> others) : Expression
{
    protected override object? Compute(Scope scope)
    {
        var left = first.Evaluate(scope);
        foreach (var (sign, other) in others)
        {
            var right = other.Evaluate(scope);
            if (!Holds(sign, left, right, scope.Run))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private static bool Holds(string sign, object? left, object? right, TemplateRun run) => sign switch
    {
        "==" => ValueComparer.Instance.Equals(left, right),
        "!=" => !ValueComparer.Instance.Equals(left, right),
        "in" => Operators.Contains(right, left, run),
        "not in" => !Operators.Contains(right, left, run),
        "<" => Operators.Compare(sign, left, right) < 0,
        "<=" => Operators.Compare(sign, left, right) <= 0,
        ">" => Operators.Compare(sign, left, right) > 0,
        _ => Operators.Compare(sign, left, right) >= 0,
    };
}
