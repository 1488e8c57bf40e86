using System.Text.Json;

namespace Lamina.Benchmarks.Peers;

/// <summary>Reads what llama-bench writes with <c>--output json</c>: a list with an entry for each test.</summary>
internal static class LlamaBenchOutput
{
    private const string Speed = "avg_ts";

    /// <summary>Tokens a second of the only test.</summary>
    /// <exception cref="PeerException">It is not such a list, or not of one test.</exception>
    public static double ReadSpeed(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Array } tests && tests.GetArrayLength() == 1
                && tests[0].TryGetProperty(Speed, out var speed) && speed.GetDouble() is > 0 and var found
                    ? found
                    : throw new PeerException($"llama-bench should write a list of one test with '{Speed}', and wrote: {json}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PeerException($"llama-bench should write JSON, and wrote: {json}", e);
        }
    }
}
