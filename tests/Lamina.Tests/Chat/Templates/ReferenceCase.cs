using System.IO.Compression;
using System.Text.Json;

namespace Lamina.Tests.Chat.Templates;

/// <summary>What Jinja itself made of templates, as the scripts in Reference have written it.</summary>
/// <param name="Text">The rendering; null where it failed.</param>
/// <param name="Error">Python's name of the error, where there was one.</param>
/// <param name="Message">What it said.</param>
internal sealed record ReferenceCase(string? Text, string? Error, string? Message)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Chat", "Templates", "Reference");

    /// <summary>The names of all templates.</summary>
    public static IEnumerable<string> TemplateNames =>
        Directory.EnumerateFiles(Path.Combine(Folder, "templates")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static string ReadTemplate(string name) => File.ReadAllText(Path.Combine(Folder, "templates", name));

    /// <summary>The conversations, by name, each with the variables of a rendering.</summary>
    public static Dictionary<string, Dictionary<string, object?>> ReadConversations()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "conversations.json")));
        return document.RootElement.EnumerateArray().ToDictionary(
            conversation => conversation.GetProperty("name").GetString()!,
            conversation =>
            {
                var variables = new Dictionary<string, object?>(StringComparer.Ordinal) { ["tools"] = null, ["documents"] = null };
                foreach (var property in conversation.EnumerateObject().Where(property => property.Name is not ("name" or "variables")))
                {
                    variables[property.Name] = property.Value.Clone();
                }

                if (conversation.TryGetProperty("variables", out var more))
                {
                    foreach (var property in more.EnumerateObject())
                    {
                        variables[property.Name] = property.Value.Clone();
                    }
                }

                return variables;
            },
            StringComparer.Ordinal);
    }

    /// <summary>The renderings, by template and conversation.</summary>
    public static Dictionary<(string Template, string Conversation), ReferenceCase> ReadRenderings()
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, "renderings.jsonl.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return Lines(reader).ToDictionary(
            line => (line.GetProperty("template").GetString()!, line.GetProperty("conversation").GetString()!), Read);
    }

    /// <summary>Small templates, each with its variables.</summary>
    public static IEnumerable<(string Template, Dictionary<string, object?> Variables, ReferenceCase Expected)> ReadSnippets()
    {
        using var reader = new StreamReader(Path.Combine(Folder, "snippets.jsonl"));
        foreach (var line in Lines(reader))
        {
            var variables = line.GetProperty("variables").EnumerateObject()
                .ToDictionary(property => property.Name, property => (object?)property.Value, StringComparer.Ordinal);
            yield return (line.GetProperty("template").GetString()!, variables, Read(line));
        }
    }

    private static ReferenceCase Read(JsonElement line) => new(
        line.TryGetProperty("text", out var text) ? text.GetString() : null,
        line.TryGetProperty("error", out var error) ? error.GetString() : null,
        line.TryGetProperty("message", out var message) ? message.GetString() : null);

    private static IEnumerable<JsonElement> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return JsonElement.Parse(line);
        }
    }
}
