using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina;

/// <content>What an engine takes of memory, before there is one.</content>
public sealed partial class InferenceEngine
{
    /// <summary>Works out what an engine on a model takes of memory at load; nothing is allocated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Sizes, and how keys and values are stored; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options have faults, or do not fit the model; the message lists all of
    /// them.</exception>
    public static MemoryEstimate EstimateMemory(ModelInfo model, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        Fault.Throw(
            [.. options.Faults(), .. model.KvCache.Faults(options.KeyCacheType, options.ValueCacheType)], nameof(options));
        return MemoryEstimate.Of(model, DecoderPlan.ForLoad(model, options));
    }

    /// <summary>Works out what an engine on a model takes of memory at load, from the header of the model's file: of what it is
    /// quantized to, where the options ask for that.</summary>
    /// <param name="path">A GGUF file; of a model in several parts, the first.</param>
    /// <param name="options">Sizes, and how keys and values are stored; null for the defaults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">The options have faults, or do not fit the model; the message lists all of
    /// them.</exception>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<MemoryEstimate> EstimateMemoryAsync(
        string path, EngineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Task.Run(
            () =>
            {
                var planned = PlannedModel.Read(path, options ?? new(), cancellationToken);
                return MemoryEstimate.Of(planned.Model, DecoderPlan.ForLoad(planned.Model, planned.Options));
            },
            cancellationToken);
    }
}
