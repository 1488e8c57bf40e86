using Lamina.Quantization;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <summary>Finds the file to load where a model is quantized at load, and makes it first where it is not there.</summary>
internal static class LoadTimeQuantizer
{
    /// <summary>More streams than these count as many.</summary>
    private const int FewStreams = 4;

    /// <summary>The profile that is asked for, or the fastest for so many streams.</summary>
    public static ProfileChoice Choose(LoadTimeQuantization quantization, int streams) => quantization.Profile is { } profile
        ? new(profile, profile.Description)
        : ProfileChoice.Fastest(streams > FewStreams ? Workload.ManyStreams : Workload.OneStream);

    /// <exception cref="NotSupportedException">The runtime does not convert weights.</exception>
    public static async Task<string> PrepareAsync(
        IModelRuntime runtime,
        string path,
        LoadTimeQuantization quantization,
        int streams,
        IProgress<float>? progress,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        if (runtime is not IQuantizingRuntime quantizing)
        {
            throw new NotSupportedException(
                $"{runtime.Description} does not quantize; leave {nameof(EngineOptions)}.{nameof(EngineOptions.Quantization)} out, or load a file "
                + "that is quantized already.");
        }

        var (profile, reason) = Choose(quantization, streams);
        logger.LogInformation("{Path} is loaded as {Profile}. {Reason}", path, profile.Name, reason);
        var cache = new QuantizedModelCache(quantizing.GetWeightCodec(), quantization.CacheFolder);
        var parts = progress is null ? null : new PartProgress(progress);
        var file = await cache.GetAsync(path, profile, quantization.Options, parts, cancellationToken).ConfigureAwait(false);
        logger.LogInformation("{Path} is loaded from {File}.", path, file);
        return file;
    }

    private sealed class PartProgress(IProgress<float> progress) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => progress.Report((float)value.BytesDone / value.ByteCount);
    }
}
