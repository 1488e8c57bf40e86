using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Lamina.Chat;

namespace ChatSample;

/// <summary>Tools that do no harm.</summary>
internal static class HarmlessTools
{
    public static IReadOnlyList<ChatTool> All { get; } =
    [
        Create("get_time", "Get the date and the time of day", """{"type": "object", "properties": {}, "additionalProperties": false}""", _ =>
            TimeProvider.System.GetLocalNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
        Create("calculate", "Calculate with two numbers", """
            {"type": "object", "properties": {
              "left": {"type": "number"}, "operator": {"enum": ["+", "-", "*", "/"]}, "right": {"type": "number"}
            }, "required": ["left", "operator", "right"], "additionalProperties": false}
            """, Calculate),
        Create("roll_dice", "Roll dice and get their sum", """
            {"type": "object", "properties": {"count": {"type": "integer", "minimum": 1, "maximum": 100}}, "required": ["count"], "additionalProperties": false}
            """, arguments => Enumerable.Range(0, arguments.GetProperty("count").GetInt32()).Sum(_ => RandomNumberGenerator.GetInt32(1, 7)).ToString(CultureInfo.InvariantCulture)),
    ];

    private static ChatTool Create(string name, string description, string schema, Func<JsonElement, string> invoke) => new(
        new(name, description, JsonElement.Parse(schema)), (arguments, _) => Task.FromResult(invoke(arguments)));

    private static string Calculate(JsonElement arguments)
    {
        var (left, right) = (arguments.GetProperty("left").GetDecimal(), arguments.GetProperty("right").GetDecimal());
        return arguments.GetProperty("operator").GetString() switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            _ => right == 0 ? throw new DivideByZeroException("Nothing can be divided by zero.") : left / right,
        } is var result ? result.ToString(CultureInfo.InvariantCulture) : "";
    }
}
