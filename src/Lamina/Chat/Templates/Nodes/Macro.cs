using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A part of a template that is called like a function.</summary>
/// <param name="definition">What is written.</param>
/// <param name="around">Where it is written.</param>
internal sealed class Macro(MacroDefinition definition, Scope around) : ICallable, IMembers, IPrintable
{
    public string Name => definition.Name;

    public string TypeName => "Macro";

    public object? Call(Arguments arguments, TemplateRun run)
    {
        run.Enter();
        var at = run.At;
        var scope = around.Inner();
        var rest = Bind(arguments, scope);
        if (definition.Uses("varargs"))
        {
            scope.Set("varargs", TemplateList.Tuple([.. arguments.Positional.Skip(definition.Parameters.Count)]));
        }
        else if (arguments.Positional.Count > definition.Parameters.Count)
        {
            throw new TemplateFault($"macro '{Name}' takes not more than {definition.Parameters.Count} argument(s)");
        }

        if (definition.Uses("kwargs"))
        {
            scope.Set("kwargs", rest);
        }
        else if (rest.Count > 0)
        {
            throw new TemplateFault($"macro '{Name}' takes no keyword argument {Printer.Represent(rest.Keys.First())}");
        }

        var text = definition.Body.Capture(scope);
        run.Leave();
        run.At = at;
        return text;
    }

    public bool TryGetMember(string name, out object? value)
    {
        value = name switch
        {
            "name" => (Text)Name,
            "arguments" => TemplateList.Tuple([.. definition.Parameters.Select(parameter => (object?)(Text)parameter.Name)]),
            "catch_kwargs" => definition.Uses("kwargs"),
            "catch_varargs" => definition.Uses("varargs"),
            "caller" => definition.Uses("caller"),
            _ => null,
        };
        return value is not null;
    }

    public Text Print() => $"<Macro '{Name}'>";

    /// <summary>Gives the parameters their values.</summary>
    /// <returns>The arguments by name that are no parameters.</returns>
    private TemplateDictionary Bind(Arguments arguments, Scope scope)
    {
        var rest = new TemplateDictionary();
        foreach (var (name, value) in arguments.Named)
        {
            if (string.Equals(name, "caller", StringComparison.Ordinal) && definition.Uses("caller"))
            {
                scope.Set(name, value);
            }
            else if (!definition.Parameters.Skip(arguments.Positional.Count).Any(parameter => string.Equals(parameter.Name, name, StringComparison.Ordinal)))
            {
                rest.Set((Text)name, value);
            }
        }

        for (var i = 0; i < definition.Parameters.Count; i++)
        {
            var (name, fallback) = definition.Parameters[i];
            scope.Set(
                name,
                arguments.TryGet(i, name, out var value) ? value
                : fallback is not null ? fallback.Evaluate(scope)
                : new Undefined($"parameter '{name}' was not provided"));
        }

        if (definition.Uses("caller") && scope.Get("caller") is Undefined)
        {
            scope.Set("caller", new Undefined("No caller defined"));
        }

        return rest;
    }
}
