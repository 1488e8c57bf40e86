using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>Loads a model and opens an engine on it; <c>LlamaCpp.LoadAsync</c> is one.</summary>
/// <param name="path">The model's file.</param>
/// <param name="options">Sizes and threads.</param>
/// <param name="progress">Told the part that is loaded, from 0 to 1.</param>
/// <param name="loggerFactory">Where log lines go.</param>
/// <param name="cancellationToken">Stops the load.</param>
/// <returns>The engine, which the caller disposes of.</returns>
public delegate Task<IInferenceEngine> EngineLoader(
    string path,
    EngineOptions? options,
    IProgress<float>? progress,
    ILoggerFactory? loggerFactory,
    CancellationToken cancellationToken);
