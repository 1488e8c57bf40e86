using Lamina.Bindings;
using Lamina.LlamaCpp.Interop;
using Lamina.Quantization;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina.LlamaCpp;

/// <summary>Runs models on llama.cpp, through its C API.</summary>
/// <remarks>Safe for use from several threads at once. Creating one loads nothing; the first model does.</remarks>
public sealed class LlamaCppRuntime : IQuantizingRuntime
{
    private readonly LlamaCppOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates the runtime.</summary>
    /// <param name="options">Its settings; null for the defaults.</param>
    /// <param name="loggerFactory">Where llama.cpp's log lines go; null for nowhere.</param>
    public LlamaCppRuntime(LlamaCppOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        _options = options ?? new();
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Lamina.LlamaCpp");
    }

    /// <inheritdoc/>
    /// <exception cref="NativeLibraryException">The libraries are missing or of a wrong version.</exception>
    public string Description => $"llama.cpp {NativeLibraries.Load(_options.NativePath)}";

    /// <inheritdoc/>
    public DeviceInventory GetDevices()
    {
        NativeLibraries.Load(_options.NativePath);
        return new() { Devices = NativeDevices.List(), Unusable = NativeLibraries.Unusable };
    }

    /// <inheritdoc/>
    public IWeightCodec GetWeightCodec()
    {
        NativeLibraries.Load(_options.NativePath);
        return new WeightCodec();
    }

    /// <inheritdoc/>
    public Task<ILanguageModel> LoadAsync(
        string path,
        ModelLoadOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default) =>
        ModelFiles.LoadAsync(path, () => Load(path, options ?? new(), progress, cancellationToken), cancellationToken);

    private LlamaModel Load(
        string path, ModelLoadOptions options, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (options.Cpu is not null)
        {
            PlacementGuard.Check(options.Cpu, threads: 1, nameof(options));
        }

        var parts = ModelFiles.Read(path, options, cancellationToken);
        if (options.Cpu is { } cpu)
        {
            PlacementGuard.ThrowIfNoRoom("load model", cpu, options.Offload, parts.Sum(part => part.TensorBytes));
        }

        NativeLibraries.Load(_options.NativePath);
        return LlamaModel.Load(parts, options, _logger, progress, cancellationToken);
    }
}
