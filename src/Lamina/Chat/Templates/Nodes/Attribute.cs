using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>An attribute: <c>value.name</c>.</summary>
internal sealed class Attribute(Expression owner, string name) : Expression
{
    protected override object? Compute(Scope scope) => Members.Attribute(owner.Evaluate(scope), name);
}
