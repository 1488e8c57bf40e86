using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>The first of some branches whose condition holds.</summary>
internal sealed class If(int at, IReadOnlyList<(Expression Condition, Sequence Body)> branches, Sequence? otherwise) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        foreach (var (condition, body) in branches)
        {
            if (ValueTypes.IsTrue(condition.Evaluate(scope)))
            {
                return body.Render(scope, output);
            }
        }

        return otherwise?.Render(scope, output) ?? Flow.Next;
    }
}
