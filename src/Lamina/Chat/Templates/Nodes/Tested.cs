using Lamina.Chat.Templates.Functions;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Whether a value passes a test.</summary>
internal sealed class Tested(Expression value, string name, CallArguments arguments) : Expression
{
    private readonly Test? _test = Tests.All.GetValueOrDefault(name);

    protected override object? Compute(Scope scope) => _test is null
        ? throw new TemplateFault($"No test named '{name}'.")
        : _test(value.Evaluate(scope), arguments.Evaluate(scope), scope.Run);
}
