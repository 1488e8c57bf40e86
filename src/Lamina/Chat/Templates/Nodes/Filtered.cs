using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Functions;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A value through a filter.</summary>
/// <param name="value">The value; null for what is in a filter block.</param>
/// <param name="name">The filter, which need not exist until it is reached.</param>
/// <param name="arguments">What else it is given.</param>
internal sealed class Filtered(Expression? value, string name, CallArguments arguments) : Expression
{
    private readonly Filter? _filter = Filters.All.GetValueOrDefault(name);

    protected override object? Compute(Scope scope) => Apply(value!.Evaluate(scope), scope);

    /// <summary>Filters a value that is there already, by this one and those before it.</summary>
    public object? ApplyAll(object? content, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Apply(value is Filtered before ? before.ApplyAll(content, scope) : content, scope);
    }

    private object? Apply(object? found, Scope scope)
    {
        return _filter is null
            ? throw new TemplateFault($"No filter named '{name}'.")
            : _filter(found, arguments.Evaluate(scope), scope.Run);
    }
}
