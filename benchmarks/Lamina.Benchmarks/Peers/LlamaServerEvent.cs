using System.Text.Json;

namespace Lamina.Benchmarks.Peers;

/// <summary>Reads the lines of llama-server's streams: events, whose data is JSON.</summary>
internal static class LlamaServerEvent
{
    private const string Data = "data:";
    private const string Error = "error:";

    /// <summary>How many tokens a line brings; 0 for lines between events and for the last event.</summary>
    /// <exception cref="PeerException">It tells of an error, or is not what the server should write.</exception>
    public static int CountTokens(string line)
    {
        if (!line.StartsWith(Data, StringComparison.Ordinal))
        {
            return line.StartsWith(Error, StringComparison.Ordinal) ? throw new PeerException($"llama-server: {line}") : 0;
        }

        try
        {
            using var document = JsonDocument.Parse(line.AsMemory(Data.Length));
            var root = document.RootElement;
            return root.TryGetProperty("error", out _)
                ? throw new PeerException($"llama-server: {line}")
                : root.TryGetProperty("tokens", out var tokens) ? tokens.GetArrayLength() : 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PeerException($"llama-server should write events of JSON, and wrote: {line}", e);
        }
    }
}
