using System.Reflection;
using Lamina.Bindings;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina.LLamaSharp;

/// <summary>Runs models on LLamaSharp, through its bindings to llama.cpp and with the backend that the program references.</summary>
/// <remarks>
/// Safe for use from several threads at once. Creating one loads nothing; the first model does. Which native libraries
/// are loaded, <c>LLama.Native.NativeLibraryConfig</c> says, for the whole process and before that; their log lines go to
/// the loggers of the runtimes from then on. They are never loaded beside those of Lamina.LlamaCpp. LLamaSharp computes
/// one batch at a time in a process, so that several engines take turns.
/// </remarks>
public sealed class LLamaSharpRuntime : IModelRuntime
{
    private static readonly string Version = typeof(LLamaSharpRuntime).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key is "LLamaSharpVersion").Value!;

    private readonly ILogger _logger;

    /// <summary>Creates the runtime.</summary>
    /// <param name="loggerFactory">Where the native library's log lines go; null for nowhere.</param>
    public LLamaSharpRuntime(ILoggerFactory? loggerFactory = null) =>
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Lamina.LLamaSharp");

    /// <summary>The name, with the release that this library was made for: <c>LLamaSharp 0.30.0</c>.</summary>
    public string Description => $"LLamaSharp {Version}";

    /// <inheritdoc/>
    /// <remarks>LLamaSharp tells names alone: kinds are guessed from them, and how much memory is free is not known.</remarks>
    public DeviceInventory GetDevices()
    {
        NativeStart.Run();
        return new() { Devices = NativeDevices.List() };
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The options place weights or memory as LLamaSharp cannot.</exception>
    public Task<ILanguageModel> LoadAsync(
        string path,
        ModelLoadOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default) =>
        ModelFiles.LoadAsync(path, () => Load(path, options ?? new(), progress, cancellationToken), cancellationToken);

    private LLamaSharpModel Load(
        string path, ModelLoadOptions options, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Unsupported.ThrowIfPlaced(options.Cpu);
        var parts = ModelFiles.Read(path, options, cancellationToken);
        NativeStart.Run();
        return LLamaSharpModel.Load(parts, options, _logger, progress, cancellationToken);
    }
}
