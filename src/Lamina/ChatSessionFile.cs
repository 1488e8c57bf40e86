using System.Text.Json;
using Lamina.Chat;
using Lamina.Files;

namespace Lamina;

/// <summary>A chat in a file: JSON.</summary>
internal sealed record ChatSessionFile(string? SystemPrompt, ChatMessage[] Messages, int UnsentMessages, string? Summary)
{
    private const string Kind = "lamina-chat";

    /// <summary>What the file is, and of which version.</summary>
    public string Format { get; init; } = Kind;

    public int Version { get; init; } = 1;

    public Task SaveAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, ChatSessionJson.Default.ChatSessionFile);
        return Task.Run(() => WholeFile.Write(path, bytes.Length, file => file.Write(bytes), cancellationToken), cancellationToken);
    }

    public static async Task<ChatSessionFile> LoadAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            var file = JsonSerializer.Deserialize(bytes, ChatSessionJson.Default.ChatSessionFile);
            return file is { Format: Kind, Version: 1, Messages: not null } && file.UnsentMessages >= 0 && file.UnsentMessages <= file.Messages.Length
                && Array.TrueForAll(file.Messages, message => message is { Text: not null, ToolCalls: not null })
                ? file
                : throw new InvalidDataException($"'{path}' is no chat of this version: its format was '{file?.Format}', its version {file?.Version}.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is no saved chat: {e.Message}", e);
        }
    }
}
