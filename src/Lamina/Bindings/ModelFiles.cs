using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>How a model's files are loaded: what is known of them before native code reads them, and what is refused after.</summary>
internal static class ModelFiles
{
    private const string Operation = "load model";

    /// <summary>Loads a model on a thread of its own, which native code holds for long.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="load">Loads it.</param>
    /// <param name="cancellationToken">Keeps it from beginning.</param>
    public static Task<ILanguageModel> LoadAsync(string path, Func<ILanguageModel> load, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Task.Factory.StartNew(
            load, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Reads and checks the headers.</summary>
    /// <param name="path">The model's file; of several, the first.</param>
    /// <param name="options">How it is to be loaded.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The headers, the one with the metadata first.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GgufException">A file is damaged, or no model file.</exception>
    /// <exception cref="MemoryLimitException">The weights are larger than the memory limit.</exception>
    public static IReadOnlyList<GgufFile> Read(string path, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        var file = GgufFile.Read(path, cancellationToken);
        var parts = GgufValidator.Validate(file, cancellationToken);
        var weights = parts.Sum(part => part.TensorBytes);
        var limit = options.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return weights > limit
            ? throw new MemoryLimitException(
                Operation,
                $"The weights of '{path}' do not fit; take a smaller or more quantized model.",
                weights,
                limit)
            : parts;
    }

    /// <summary>Refuses a loaded model that decoders cannot run.</summary>
    /// <exception cref="UnsupportedModelException">It is of such a kind.</exception>
    public static void ThrowIfUnsupported(GgufFile file, bool hasEncoder, bool hasDecoder, bool isDiffusion)
    {
        var kind = (hasEncoder, hasDecoder) switch
        {
            (true, true) => "an encoder-decoder model",
            (false, false) => "neither an encoder nor a decoder",
            _ => isDiffusion ? "a diffusion model" : null,
        };
        if (kind is not null)
        {
            throw new UnsupportedModelException(file.Architecture, $"'{file.Path}' is {kind} ('{file.Architecture}'); "
                + "Lamina runs decoders, which generate text, and encoders, which embed it.");
        }
    }
}
