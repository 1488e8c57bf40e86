using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lamina;

namespace Batch;

/// <summary>The lines of the output.</summary>
internal static class AnswerJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // not for a web page: letters stay letters
    };

    /// <summary>How every answer to a prompt begins: with what tells it from answers to others.</summary>
    public static ReadOnlyMemory<byte> Head(PromptLine prompt)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Options);
        WriteHead(json, prompt);
        json.Flush();
        return bytes.WrittenMemory;
    }

    public static Answer Of(PromptLine prompt, Completion completion)
    {
        var usage = completion.Usage;
        var line = Line(prompt, json =>
        {
            json.WriteString("text", completion.Text);
            json.WriteString(
                "finishReason", JsonNamingPolicy.CamelCase.ConvertName(completion.FinishReason.ToString()));
            json.WriteNumber("promptTokens", usage.PromptTokens);
            json.WriteNumber("generatedTokens", usage.GeneratedTokens);
            json.WriteNumber("seconds", usage.Duration.TotalSeconds);
        });
        return new(line, usage.PromptTokens, usage.GeneratedTokens, Failed: false);
    }

    public static Answer Of(PromptLine prompt, string error) =>
        new(Line(prompt, json => json.WriteString("error", error)), 0, 0, Failed: true);

    private static ReadOnlyMemory<byte> Line(PromptLine prompt, Action<Utf8JsonWriter> writeRest)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Options);
        WriteHead(json, prompt);
        writeRest(json);
        json.WriteEndObject();
        json.Flush();
        bytes.Write("\n"u8);
        return bytes.WrittenMemory;
    }

    private static void WriteHead(Utf8JsonWriter json, PromptLine prompt)
    {
        json.WriteStartObject();
        json.WriteNumber("line", prompt.Number);
        if (prompt.Id is not null)
        {
            json.WritePropertyName("id");
            json.WriteRawValue(prompt.Id);
        }

        json.WriteString("input", prompt.Hash);
    }
}
