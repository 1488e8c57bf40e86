using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A call.</summary>
internal sealed class Call(Expression function, CallArguments arguments) : Expression
{
    protected override object? Compute(Scope scope) => Invoke(scope, caller: null);

    /// <summary>Calls it, with what a call block has in it.</summary>
    public object? Invoke(Scope scope, Macro? caller)
    {
        var callee = function.Evaluate(scope);
        if (callee is Undefined undefined)
        {
            throw undefined.Fail();
        }

        var given = arguments.Evaluate(scope, caller is null ? null : KeyValuePair.Create<string, object?>("caller", caller));
        return callee is ICallable callable
            ? callable.Call(given, scope.Run)
            : throw new TemplateFault($"'{ValueTypes.NameOf(callee)}' object is not callable");
    }
}
