using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>What has a value.</summary>
internal abstract class Expression
{
    /// <exception cref="TemplateFault">It has none.</exception>
    public object? Evaluate(Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        scope.Run.Spend();
        return Compute(scope);
    }

    protected abstract object? Compute(Scope scope);
}
