using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A value that is written in the template.</summary>
internal sealed class Constant(object? value) : Expression
{
    protected override object? Compute(Scope scope) => value;
}
