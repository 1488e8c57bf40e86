using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A macro as it is written.</summary>
/// <param name="at">Where it is written.</param>
/// <param name="name">Its name.</param>
/// <param name="parameters">Its parameters, with what stands in for those that are not given.</param>
/// <param name="body">What it puts out.</param>
/// <param name="names">All names in it.</param>
internal sealed class MacroDefinition(
    int at, string name, IReadOnlyList<(string Name, Expression? Default)> parameters, Sequence body, IReadOnlySet<string> names)
    : Statement(at)
{
    public string Name => name;

    public IReadOnlyList<(string Name, Expression? Default)> Parameters => parameters;

    public Sequence Body => body;

    /// <summary>Whether it looks at what a macro may be given besides its parameters.</summary>
    public bool Uses(string special) => names.Contains(special);

    public override Flow Render(Scope scope, TextBuilder output)
    {
        scope.Set(name, new Macro(this, scope));
        return Flow.Next;
    }
}
