using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A list or a tuple.</summary>
internal sealed class ListExpression(IReadOnlyList<Expression> items, bool isTuple) : Expression
{
    protected override object? Compute(Scope scope)
    {
        scope.Run.Spend(items.Count + 1);
        return new TemplateList([.. items.Select(item => item.Evaluate(scope))], isTuple);
    }
}
