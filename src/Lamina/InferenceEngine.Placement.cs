using System.Collections.Immutable;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Validation;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <content>On which devices an engine is computed.</content>
public sealed partial class InferenceEngine
{
    /// <summary>Works out where an engine on a model would be computed, and why; nothing is loaded but the runtime.</summary>
    /// <param name="runtime">What would run it.</param>
    /// <param name="path">A GGUF file; of a model in several parts, the first.</param>
    /// <param name="options">Sizes and devices; null for the defaults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">The options have faults, or do not fit the model or the devices; the message lists
    /// all of them.</exception>
    /// <exception cref="DeviceUnavailableException">A device that is required is not there.</exception>
    /// <exception cref="MemoryLimitException">Devices are required, and not one layer fits on them.</exception>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="NativeLibraryException">The native libraries are missing or of a wrong version.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<PlacementPlan> PlanPlacementAsync(
        IModelRuntime runtime, string path, EngineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        Fault.Throw(options.Faults(), nameof(options));
        return Task.Run(
            () =>
            {
                var devices = EnginePlacement.Devices(runtime, options, out var reason);
                return new EnginePlacement(PlannedModel.Read(path, options, cancellationToken), devices, reason).Plan();
            },
            cancellationToken);
    }

    /// <summary>
    /// Loads a model where its options, or the devices' free memory, want it. Devices that refuse what should have fitted
    /// are given less, down to nothing where they were not required.
    /// </summary>
    private static async Task<InferenceEngine> LoadPlacedAsync(EngineLoad load, CancellationToken cancellationToken)
    {
        var placement = await Task.Run(
            () => EnginePlacement.Create(load.Runtime, load.Path, load.Options, cancellationToken), cancellationToken).ConfigureAwait(false);
        var plan = placement?.Plan();
        while (true)
        {
            foreach (var reason in plan?.Reasons ?? [])
            {
                load.Logger.LogInformation("{Path}: {Reason}", load.Path, reason);
            }

            try
            {
                return await OpenAsync(load.With(plan), cancellationToken).ConfigureAwait(false);
            }
            catch (DeviceMemoryException exception) when (plan is not null)
            {
                plan = placement!.Shrink(plan, exception);
                if (plan is null)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Loads the model and makes the first decoder.</summary>
    private static async Task<InferenceEngine> OpenAsync(EngineLoad load, CancellationToken cancellationToken)
    {
        var loadOptions = new ModelLoadOptions
        {
            CheckTensors = load.Options.CheckTensors,
            MemoryLimit = load.Options.MemoryLimit,
            Offload = load.Offload,
            Cpu = load.Options.Cpu,
        };
        var model = await load.Runtime.LoadAsync(load.Path, loadOptions, load.Progress, cancellationToken).ConfigureAwait(false);
        InferenceEngine? engine = null;
        try
        {
            Fault.Throw(load.Options.Devices?.Faults(model.Info) ?? [], "options");
            engine = new InferenceEngine(model, load with { Options = DecoderPlan.FitContext(model.Info, load.Options, load.Logger) });

            // Whatever is wrong with the sizes shows now, and not with the first request.
            await (model.Info.CanGenerate ? engine._textLoop : engine._embeddingLoop)
                .StartAsync(cancellationToken)
                .ConfigureAwait(false);
            load.Logger.LogInformation(
                "{Model}: the KV cache is {Layout}, {ContextSize} tokens a sequence.",
                model.Info.Name,
                engine.KvLayout,
                engine.ContextSize);
            return engine;
        }
        catch
        {
            engine?.Release();
            model.Dispose();
            throw;
        }
    }
}
