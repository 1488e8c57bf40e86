using Lamina.Gguf;
using Lamina.Placement;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina;

/// <summary>A model before it is loaded, from the headers of its files, as the options have it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Weights">How large its weights are.</param>
/// <param name="Options">The options, completed by the profile that the model is quantized to, where there is one.</param>
internal sealed record PlannedModel(ModelInfo Model, WeightLayout Weights, EngineOptions Options)
{
    /// <summary>Reads the headers.</summary>
    /// <param name="path">A GGUF file; of a model in several parts, the first.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">The options have faults, or do not fit the model.</exception>
    public static PlannedModel Read(string path, EngineOptions options, CancellationToken cancellationToken)
    {
        var parts = GgufValidator.Validate(GgufFile.Read(path, cancellationToken), cancellationToken);
        var model = GgufModelInfo.Read(parts);
        var weights = parts.SelectMany(part => part.Tensors).Select(tensor => (tensor.Name, tensor.Size));
        if (options.Quantization is { } quantization)
        {
            Fault.Throw(options.Faults(), nameof(options));
            var profile = LoadTimeQuantizer.Choose(quantization, options.MaxSequences ?? DecoderPlan.DefaultMaxSequences).Profile;
            var plan = QuantizationPlan.Create(parts, profile, quantization.Options.Importance is not null);
            model = model with { SizeBytes = plan.SizeBytes };
            weights = plan.Tensors.Select(tensor => (tensor.Source.Name, tensor.Size));
            options = quantization.Complete(options);
        }

        Fault.Throw(
            [
                .. options.Faults(),
                .. model.KvCache.Faults(options.KeyCacheType, options.ValueCacheType),
                .. options.Devices?.Faults(model) ?? [],
            ],
            nameof(options));
        return new(model, WeightLayout.Create(weights, model.LayerCount), options);
    }
}
