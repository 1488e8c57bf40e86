using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace Batch;

/// <summary>Reads a line of the input, and refuses what is not meant to be there.</summary>
internal static class PromptParser
{
    private const int HashBytes = 8;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <exception cref="FormatException">It is no prompt; the message goes on after "Line 3".</exception>
    public static PromptLine Parse(int number, ReadOnlyMemory<byte> text)
    {
        if (!Utf8.IsValid(text.Span))
        {
            throw new FormatException("is no valid UTF-8.");
        }

        try
        {
            using var json = JsonDocument.Parse(text, Options);
            var line = new PromptLine(number, Convert.ToHexStringLower(SHA256.HashData(text.Span)[..HashBytes]));
            return Read(line, json.RootElement);
        }
        catch (JsonException e)
        {
            // .NET adds where it was, in words for programmers.
            var reason = e.Message.Split(" LineNumber:")[0];
            var place = e.BytePositionInLine is { } position ? $" at byte {position + 1}" : "";
            throw new FormatException($"is no valid JSON{place}: {reason}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("holds half of a surrogate pair, which is no character.", e);
        }
    }

    private static PromptLine Read(PromptLine line, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("is no JSON object; it must be {\"prompt\": \"...\"}.");
        }

        foreach (var property in json.EnumerateObject())
        {
            line = Take(line, property.Name, property.Value);
        }

        return line.Prompt.Length > 0 ? line : throw new FormatException("has no \"prompt\", or an empty one.");
    }

    private static PromptLine Take(PromptLine line, string name, JsonElement value) => name switch
    {
        "prompt" or "id" or "maxTokens" or "temperature" or "seed" or "stop"
            when value.ValueKind is JsonValueKind.Null => line,
        "prompt" => line with
        {
            Prompt = value.ValueKind is JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "a text"),
        },
        "id" => line with
        {
            Id = value.ValueKind is JsonValueKind.String or JsonValueKind.Number
                ? value.GetRawText()
                : throw Wrong(name, value, "a text or a number"),
        },
        "maxTokens" => line with
        {
            MaxTokens = IsNumber(value) && value.TryGetInt32(out var count) && count >= 1
                ? count
                : throw Wrong(name, value, "a whole number of at least 1"),
        },
        "temperature" => line with
        {
            Temperature = IsNumber(value) && value.TryGetSingle(out var number) && float.IsFinite(number) && number >= 0
                ? number
                : throw Wrong(name, value, "a number of at least 0"),
        },
        "seed" => line with
        {
            Seed = IsNumber(value) && value.TryGetUInt32(out var seed)
                ? seed
                : throw Wrong(name, value, $"a whole number from 0 to {uint.MaxValue}"),
        },
        "stop" => line with
        {
            Stop = value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(IsText)
                ? [.. value.EnumerateArray().Select(text => text.GetString()!)]
                : throw Wrong(name, value, "a list of texts, none of them empty"),
        },
        _ => throw new FormatException(
            $"has an unknown property '{name}'; there are prompt, id, maxTokens, temperature, seed and stop."),
    };

    private static bool IsNumber(JsonElement value) => value.ValueKind is JsonValueKind.Number;

    private static bool IsText(JsonElement value) => value.ValueKind is JsonValueKind.String && !value.ValueEquals("");

    private static FormatException Wrong(string name, JsonElement value, string right)
    {
        const int shown = 40;
        var text = value.GetRawText();
        return new($"has a wrong '{name}': it was {(text.Length > shown ? text[..shown] + "…" : text)}; "
            + $"it must be {right}.");
    }
}
