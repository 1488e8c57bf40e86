using System.Text.Json;
using TinyCorpus.Talk;

namespace TinyCorpus.Tasks;

/// <summary>A request that one of a few tools is for: the call, in the form that the chat template describes.</summary>
internal sealed class ToolCallTask : TinyTask
{
    public override string Name => "tool-call";

    public override string Description => "call the right one of a few tools";

    public override Verdict Check(Exercise exercise, string completion)
    {
        var (found, expected) = (Parse(completion), Parse(exercise.Answer)!.Value);
        var wellFormed = found is not null && Tools.All.Any(tool => IsCallOf(tool, found.Value));
        return new(wellFormed, wellFormed && JsonElement.DeepEquals(found!.Value, expected));
    }

    /// <summary>A question, and what comes after its answer.</summary>
    public static (Exercise Exercise, ToolCase Case) CreateCase(Random random)
    {
        var toolCase = Tools.Draw(random);
        var call = toolCase.Tool.Call(toolCase.Arguments);
        var others = Tools.All.Where(tool => tool != toolCase.Tool).ToArray();
        Tool[] offered = [toolCase.Tool, .. random.PickSome<Tool>(random.Next(3), others)];
        random.Shuffle(offered);
        // Which tools are offered is part of what is asked: few arguments are held out in every company.
        var key = $"{call} of {string.Join(' ', offered.Select(tool => tool.Name).Order(StringComparer.Ordinal))}";
        return (new(key, toolCase.Request, call, call) { System = ChatForm.ToolSystem(offered) }, toolCase);
    }

    protected override Exercise Create(Random random) => CreateCase(random).Exercise;

    private static JsonElement? Parse(string completion)
    {
        var text = completion.Trim();
        const string Open = "<tool_call>\n", Close = "\n</tool_call>";
        return text.StartsWith(Open, StringComparison.Ordinal) && text.EndsWith(Close, StringComparison.Ordinal)
            && text.Length > Open.Length + Close.Length
            && JsonForm.Parse(text[Open.Length..^Close.Length]) is { Count: 2 } call
            && call.TryGetValue("name", out var name) && name.ValueKind == JsonValueKind.String
            && call.TryGetValue("arguments", out var arguments) && arguments.ValueKind == JsonValueKind.Object
            ? JsonSerializer.SerializeToElement(call)
            : null;
    }

    private static bool IsCallOf(Tool tool, JsonElement call)
    {
        var arguments = call.GetProperty("arguments");
        return string.Equals(call.GetProperty("name").GetString(), tool.Name, StringComparison.Ordinal)
            && arguments.EnumerateObject().Count() == tool.Parameters.Length
            && tool.Parameters.All(parameter => arguments.TryGetProperty(parameter.Name, out var value) && parameter.Type switch
            {
                "integer" => value.ValueKind == JsonValueKind.Number,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                _ => value.ValueKind == JsonValueKind.String,
            });
    }
}
