using System.Text.Json;

namespace Lamina.Tests.Constraints;

/// <summary>A schema, and values that are or are not valid by it.</summary>
internal sealed record SchemaCase(string File, string Group, JsonElement Schema, SchemaValue[] Tests)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true, MaxDepth = 500 };

    public static IEnumerable<SchemaCase> Read(string path) =>
        System.IO.File.ReadLines(path).Select(line => JsonSerializer.Deserialize<SchemaCase>(line, Options)!);

    public static IEnumerable<SchemaCase> ReadSuite(string name) =>
        Read(Path.Combine(AppContext.BaseDirectory, "Constraints", "JsonSchemaTestSuite", name + ".jsonl"));

    public override string ToString() => $"{File}: {Group}";
}
