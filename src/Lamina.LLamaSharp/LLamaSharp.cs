using Microsoft.Extensions.Logging;

namespace Lamina.LLamaSharp;

/// <summary>The shortest way to an engine on LLamaSharp.</summary>
public static class LLamaSharp
{
    /// <summary>Loads a model and opens an engine on it, away from the caller's thread.</summary>
    /// <param name="path">A GGUF file; of a model in several parts, the first.</param>
    /// <param name="options">Sizes and threads; null for the defaults.</param>
    /// <param name="progress">Told the part that is loaded, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="loggerFactory">Where log lines go, the native library's own among them; null for nowhere.</param>
    /// <param name="cancellationToken">Stops the load; what was read is freed.</param>
    /// <returns>The engine, which the caller disposes of.</returns>
    /// <inheritdoc cref="InferenceEngine.LoadAsync" path="/exception"/>
    public static async Task<IInferenceEngine> LoadAsync(
        string path,
        EngineOptions? options = null,
        IProgress<float>? progress = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default) =>
        await InferenceEngine.LoadAsync(
            new LLamaSharpRuntime(loggerFactory),
            path,
            options,
            progress,
            loggerFactory,
            cancellationToken: cancellationToken)
            .ConfigureAwait(false);
}
