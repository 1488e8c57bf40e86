using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A variable.</summary>
internal sealed class Variable(string name) : Expression
{
    protected override object? Compute(Scope scope) => scope.Get(name);
}
