using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A loop over items.</summary>
/// <param name="at">Where it stands.</param>
/// <param name="target">What each item is given to.</param>
/// <param name="items">The items.</param>
/// <param name="condition">Which of them are gone through; null for all.</param>
/// <param name="body">What is done with each.</param>
/// <param name="otherwise">What is done where there is none, or no round came to its end.</param>
/// <param name="isRecursive">Whether it may be called within itself.</param>
internal sealed class For(
    int at, Target target, Expression items, Expression? condition, Sequence body, Sequence? otherwise, bool isRecursive) : Statement(at)
{
    public bool IsRecursive => isRecursive;

    public override Flow Render(Scope scope, TextBuilder output)
    {
        Render(items.Evaluate(scope), scope, output, depth: 1);
        return Flow.Next;
    }

    /// <param name="value">What has the items.</param>
    /// <param name="scope">Where the loop stands.</param>
    /// <param name="output">Where text goes.</param>
    /// <param name="depth">How often it is within itself, from 1.</param>
    public void Render(object? value, Scope scope, TextBuilder output, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var found = new List<object?>();
        foreach (var item in Elements.Items(value))
        {
            scope.Run.Spend();
            if (condition is null || IsWanted(item, scope))
            {
                found.Add(item);
            }
        }

        var isWhole = false; // whether any round came to its end
        var loop = new Loop(this, found, scope, depth);
        while (loop.MoveNext())
        {
            var inner = scope.Inner();
            inner.Set("loop", loop);
            target.Set(inner, found[loop.Index]);
            var flow = body.Render(inner, output);
            isWhole |= flow == Flow.Next;
            if (flow == Flow.Break)
            {
                break;
            }
        }

        if (!isWhole)
        {
            otherwise?.Render(scope.Inner(), output);
        }
    }

    private bool IsWanted(object? item, Scope scope)
    {
        var inner = scope.Inner();
        target.Set(inner, item);
        return ValueTypes.IsTrue(condition!.Evaluate(inner));
    }
}
