using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Variables that are seen from a place in a template: its own, and those around it.</summary>
/// <param name="around">What is around it; null for the template's own.</param>
/// <param name="run">The rendering.</param>
internal sealed class Scope(Scope? around, TemplateRun run)
{
    private Dictionary<string, object?>? _variables;

    public TemplateRun Run => run;

    public object? Get(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Around)
        {
            if (scope._variables is { } variables && variables.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return Undefined.Variable(name);
    }

    public void Set(string name, object? value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    /// <summary>A scope within this one.</summary>
    public Scope Inner() => new(this, run);

    private Scope? Around => around;
}
