using Lamina.Tokens;

namespace Lamina.Tests.Fakes;

/// <summary>Short ways to load an engine on a fake runtime and to read its streams.</summary>
internal static class EngineCalls
{
    /// <summary>Always the most probable token.</summary>
    public static GenerationOptions Greedy { get; } = new() { Sampling = new() { Temperature = 0 } };

    public static Task<InferenceEngine> StartEngineAsync(this FakeRuntime runtime, EngineOptions? options = null, TimeProvider? time = null) =>
        InferenceEngine
            .LoadAsync(
                runtime,
                "fake.gguf",
                (options ?? new()) with { Generation = options?.Generation ?? Greedy },
                timeProvider: time)
            .WaitAsync(Eventually.Patience);

    /// <summary>Reads a stream to its end.</summary>
    public static Task<List<Token>> ReadAllAsync(
        this IInferenceEngine engine, Prompt prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        return ReadAsync().WaitAsync(Eventually.Patience, CancellationToken.None);

        async Task<List<Token>> ReadAsync()
        {
            var tokens = new List<Token>();
            await foreach (var token in engine.GenerateAsync(prompt, options, cancellation))
            {
                tokens.Add(token);
            }

            return tokens;
        }
    }

    /// <summary>
    /// Starts to read a stream, and returns once the engine has the request. For the decoder's thread too, in a batch.
    /// </summary>
    public static Task<List<Token>> Queue(
        this InferenceEngine engine, Prompt prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        var before = Known();
        var reading = engine.ReadAllAsync(prompt, options, cancellation);
        Assert.That(SpinWait.SpinUntil(() => Known() > before, Eventually.Patience), Is.True, "the request was not queued");
        return reading;

        long Known() => engine.GetMetrics() is var now
            ? now.RunningRequests + now.QueuedRequests + now.CompletedRequests + now.CancelledRequests + now.FailedRequests
            : 0;
    }

    public static string Text(this IEnumerable<Token> tokens) => string.Concat(tokens.Select(token => token.Text));
}
