using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>An attribute: <c>value.name</c>.</summary>
internal sealed class Attribute(Expression owner, string name) : Expression
{
    public Expression Owner => owner;

    public string Name => name;

    protected override object? Compute(Scope scope) => Members.Attribute(owner.Evaluate(scope), name);
}
