using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Statements one after another.</summary>
internal sealed class Sequence(IReadOnlyList<Statement> statements)
{
    public Flow Render(Scope scope, TextBuilder output)
    {
        foreach (var statement in statements)
        {
            scope.Run.Spend();
            scope.Run.At = statement.At;
            var flow = statement.Render(scope, output);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    /// <summary>Renders it apart from the rest.</summary>
    public Text Capture(Scope scope)
    {
        var output = new TextBuilder();
        Render(scope, output);
        return output.ToText();
    }
}
