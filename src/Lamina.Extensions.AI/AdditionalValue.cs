using System.Globalization;
using System.Text.Json;

namespace Lamina.Extensions.AI;

/// <summary>A value of a chat's additional properties.</summary>
/// <param name="Value">What the caller has put there, or JSON where the options were read from JSON.</param>
internal readonly record struct AdditionalValue(object Value)
{
    private object Plain => Value switch
    {
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        _ => Value,
    };

    /// <exception cref="FormatException">It is no number.</exception>
    public float ToNumber() => (float)Read();

    /// <exception cref="FormatException">It is no whole number of 32 bits.</exception>
    public int ToWholeNumber() =>
        Read() is var number && double.IsInteger(number) && Math.Abs(number) <= int.MaxValue ? (int)number : throw Fault("a whole number");

    /// <exception cref="FormatException">It is no text.</exception>
    public string ToText() => Plain as string ?? throw Fault("a text");

    /// <exception cref="FormatException">It is neither a text nor a list of texts.</exception>
    public IReadOnlyList<string> ToTexts() => Plain switch
    {
        string text => [text],
        IEnumerable<string> texts => [.. texts],
        JsonElement { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(text => text.GetString()!)],
        _ => throw Fault("a list of texts"),
    };

    /// <exception cref="FormatException">It is neither a dictionary nor a JSON object.</exception>
    public IEnumerable<KeyValuePair<string, object?>> ToVariables() => Value switch
    {
        IEnumerable<KeyValuePair<string, object?>> variables => variables,
        JsonElement { ValueKind: JsonValueKind.Object } json =>
            json.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, (object?)member.Value)),
        _ => throw Fault("a dictionary with values by name"),
    };

    private double Read() => Plain switch
    {
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Convert.ToDouble(Plain, CultureInfo.InvariantCulture),
        _ => throw Fault("a number"),
    };

    private static FormatException Fault(string right) => new($"It must be {right}.");
}
