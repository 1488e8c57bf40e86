using System.Text.Json;
using System.Text.Json.Nodes;
using Lamina.Constraints;
using Lamina.Constraints.Json;
using Lamina.Constraints.Texts;

namespace Lamina.Chat.Replies;

/// <summary>The form that calls have to have: the syntax of the family, and the schema of each tool.</summary>
/// <param name="syntax">How calls are written.</param>
/// <param name="tools">The tools that may be called, at least one.</param>
/// <param name="bytesOf">A text of the syntax, whose control tokens are those of the model.</param>
internal sealed class CallForm(CallSyntax syntax, IReadOnlyList<ToolDescription> tools, Func<string, byte[]> bytesOf)
{
    /// <summary>From behind what begins the calls to the end of the last; then what may follow.</summary>
    /// <param name="then">What may follow.</param>
    /// <exception cref="SchemaException">A tool's schema cannot be honoured.</exception>
    public TextState AfterBegin(TextState then)
    {
        var call = EitherText.Of(syntax.Shape == CallShape.Json ? [JsonCall()] : tools.Select(NamedCall));
        if (!syntax.HoldsSeveral)
        {
            return SequenceText.Of(call, Literal(syntax.End), then);
        }

        var end = SequenceText.Of(Literal(syntax.List.Close + syntax.End), then);
        return SequenceText.Of(Literal(syntax.List.Open), new Repeated(call, Literal(syntax.Separator), end));
    }

    /// <summary>A call that has been begun with the first bytes of its object.</summary>
    public TextState? AfterBeginningOfObject(byte[] beginning, TextState then)
    {
        var state = (TextState?)SequenceText.Of(AnyCall(), then);
        foreach (var value in beginning)
        {
            state = state?.Accept(value);
        }

        return state;
    }

    private TextState JsonCall() => SequenceText.Of(Literal(syntax.Before), AnyCall(), Literal(syntax.After));

    private TextState NamedCall(ToolDescription tool)
    {
        var arguments = (TextState)Compile(ArgumentsOf(tool), tool);
        arguments = syntax.Shape switch
        {
            CallShape.Python => new TranslatedText(PythonNotation.Strict, arguments),
            CallShape.Marked => new TranslatedText(MarkedNotation.Beginning(bytesOf(syntax.Mark)), arguments),
            _ => arguments,
        };
        return SequenceText.Of(Literal(syntax.Before + tool.Name + syntax.Between), arguments, Literal(syntax.After));
    }

    private JsonText AnyCall()
    {
        try
        {
            return SchemaCompiler.Compile(ToElement(new() { ["anyOf"] = new JsonArray([.. tools.Select(ObjectOf)]) }));
        }
        catch (SchemaException)
        {
            // Which tool's it is, and where in its own schema.
            foreach (var tool in tools)
            {
                Compile(ArgumentsOf(tool), tool);
            }

            throw;
        }
    }

    private static JsonElement ToElement(JsonObject schema) => JsonElement.Parse(schema.ToJsonString());

    private JsonObject ObjectOf(ToolDescription tool, int number)
    {
        var arguments = ArgumentsOf(tool);
        arguments["$id"] ??= $"lamina:/tools/{number}"; // its references lead to places in itself
        var properties = new JsonObject
        {
            [syntax.NameKey] = new JsonObject { ["const"] = tool.Name },
            [syntax.ArgumentsKey] = arguments,
        };
        var required = new JsonArray(syntax.NameKey, syntax.ArgumentsKey);
        if (syntax.IdKey is { } key)
        {
            properties.Add(key, new JsonObject { ["type"] = "string", ["pattern"] = syntax.IdPattern });
            required.Add((JsonNode)key);
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <exception cref="SchemaException">It cannot be honoured; the message names the tool and the place in its schema.</exception>
    private static JsonText Compile(JsonObject arguments, ToolDescription tool)
    {
        try
        {
            return SchemaCompiler.Compile(ToElement(arguments));
        }
        catch (SchemaException e)
        {
            throw new SchemaException(e.Location, e.Keyword, $"the arguments of the tool '{tool.Name}' have it. {e.Message}", e);
        }
    }

    /// <summary>The schema of a tool's arguments, for objects alone.</summary>
    private static JsonObject ArgumentsOf(ToolDescription tool)
    {
        var schema = JsonObject.Create(tool.Parameters)!;
        schema.TryAdd("type", "object");
        return schema;
    }

    private LiteralText Literal(string text) => new(bytesOf(text));

    /// <summary>Calls, with something between two of them, then something else.</summary>
    private sealed class Repeated(TextState call, TextState separator, TextState end) : TextState
    {
        public override bool CanEnd => false;

        public override TextState? Accept(byte value) => SequenceText.Of(call, new Following(call, separator, end)).Accept(value);
    }

    private sealed class Following(TextState call, TextState separator, TextState end) : TextState
    {
        private TextState? _either;

        private TextState Either => _either ??= EitherText.Of(end, SequenceText.Of(separator, new Repeated(call, separator, end)));

        public override bool CanEnd => end.CanEnd;

        public override TextState? Accept(byte value) => Either.Accept(value);
    }
}
