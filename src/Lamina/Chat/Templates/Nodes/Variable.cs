using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A variable.</summary>
internal sealed class Variable(string name) : Expression
{
    public string Name => name;

    protected override object? Compute(Scope scope) => scope.Get(name);
}
