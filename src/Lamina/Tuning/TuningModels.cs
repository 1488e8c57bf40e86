using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina.Tuning;

/// <summary>The model with the baseline's weights, and one with other weights beside it.</summary>
/// <param name="runtime">What loads them.</param>
/// <param name="path">The model's file.</param>
/// <param name="baseline">The baseline.</param>
/// <param name="logger">Where log lines go.</param>
internal sealed class TuningModels(IModelRuntime runtime, string path, EngineOptions baseline, ILogger logger) : IDisposable
{
    private ILanguageModel? _baseline;
    private ILanguageModel? _other;
    private LoadTimeQuantization? _otherWeights;

    /// <summary>The model in memory with an engine's weights; it is loaded where it is not there.</summary>
    public async Task<ILanguageModel> GetAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        if (options.Quantization == baseline.Quantization)
        {
            return _baseline ??= await LoadAsync(options, cancellationToken).ConfigureAwait(false);
        }

        if (_other is null || options.Quantization != _otherWeights)
        {
            _other?.Dispose();
            _other = null;
            _other = await LoadAsync(options, cancellationToken).ConfigureAwait(false);
            _otherWeights = options.Quantization;
        }

        return _other;
    }

    public void Dispose()
    {
        _baseline?.Dispose();
        _other?.Dispose();
    }

    /// <summary>The file that is loaded with an engine's weights; it is made where it is not there.</summary>
    public async Task<string> FileAsync(EngineOptions options, CancellationToken cancellationToken) =>
        options.Quantization is not { } quantization ? path : await LoadTimeQuantizer.PrepareAsync(
            runtime, path, quantization, options.MaxSequences ?? DecoderPlan.DefaultMaxSequences, progress: null, logger, cancellationToken).ConfigureAwait(false);

    private async Task<ILanguageModel> LoadAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        var file = await FileAsync(options, cancellationToken).ConfigureAwait(false);
        var placement = await Task.Run(() => EnginePlacement.Create(runtime, file, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        var loadOptions = new ModelLoadOptions
        {
            CheckTensors = options.CheckTensors,
            MemoryLimit = options.MemoryLimit,
            Offload = placement?.Plan().Offload ?? Offload.None,
            Cpu = options.Cpu,
        };
        return await runtime.LoadAsync(file, loadOptions, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
