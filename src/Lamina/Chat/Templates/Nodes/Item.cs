using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>An item: <c>value[key]</c>.</summary>
internal sealed class Item(Expression owner, Expression key) : Expression
{
    protected override object? Compute(Scope scope) => Members.Item(owner.Evaluate(scope), key.Evaluate(scope));
}
