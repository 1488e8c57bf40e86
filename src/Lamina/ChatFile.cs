using System.Text.Json;
using Lamina.Chat;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina;

/// <summary>
/// Files of chats, one a line: <c>{"messages": [{"role": "user", "content": "Hello!"}, …]}</c>. What else an object has
/// is not looked at.
/// </summary>
public static class ChatFile
{
    private static readonly Dictionary<string, ChatRole> Roles = Enum.GetValues<ChatRole>()
        .ToDictionary(role => role.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Reads the chats of a file as a model is given them, through its template.</summary>
    /// <param name="path">The file, in UTF-8. Blank lines are left out.</param>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Stops between two chats.</param>
    /// <returns>The tokens of each chat, with those that the model expects in front.</returns>
    /// <exception cref="LaminaException">
    /// A line is no such chat, or the template refuses it; the message names the line and what is wrong with it.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<int>>> TokenizeAsync(
        string path, ILanguageModel model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        return await Task.Run(() => Tokenize(path, model, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static List<int[]> Tokenize(string path, ILanguageModel model, CancellationToken cancellationToken)
    {
        var format = ChatFormat.Of(model.Info, model.Tokenizer);
        var encoder = new PromptEncoder(model.Tokenizer);
        var options = new ChatPromptOptions { AddGenerationPrompt = false };
        var chats = new List<int[]>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                chats.Add(encoder.Encode(format.Apply(Parse(line), options)));
            }
            catch (Exception e) when (e is JsonException or FormatException or ArgumentException or LaminaException)
            {
                throw new LaminaException("read chats", $"'{path}', line {number}: {e.Message}", innerException: e);
            }
        }

        return chats;
    }

    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">It is no chat.</exception>
    private static List<ChatMessage> Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        return [.. Property(json.RootElement, "messages", JsonValueKind.Array, "The line").EnumerateArray().Select(Parse)];
    }

    private static ChatMessage Parse(JsonElement message, int index)
    {
        var owner = $"Message {index}";
        var role = Property(message, "role", JsonValueKind.String, owner).GetString()!;
        var text = Property(message, "content", JsonValueKind.String, owner).GetString()!;
        return Roles.TryGetValue(role, out var known)
            ? new(known, text)
            : throw new FormatException($"{owner} has the role '{role}'; it must be one of "
                + $"{string.Join(", ", Roles.Keys)}.");
    }

    private static JsonElement Property(JsonElement json, string name, JsonValueKind kind, string owner) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new FormatException($"{owner} must be an object with \"{name}\", which is of the kind {kind}.");
}
