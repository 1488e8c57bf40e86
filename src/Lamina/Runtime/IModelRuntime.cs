namespace Lamina.Runtime;

/// <summary>
/// A native runtime that loads models: the seam below the engine. An engine reaches native code through this
/// interface, <see cref="ILanguageModel"/>, <see cref="IDecoder"/> and <see cref="ITokenizer"/> alone.
/// </summary>
/// <remarks>Safe for use from several threads at once.</remarks>
public interface IModelRuntime
{
    /// <summary>The runtime's name with its version, for people: <c>llama.cpp 0.4.0</c>.</summary>
    string Description { get; }

    /// <summary>Lists the devices that models can be computed on, with their memory as it is now.</summary>
    /// <exception cref="NativeLibraryException">The native libraries are missing or of a wrong version.</exception>
    DeviceInventory GetDevices();

    /// <summary>Reads a model into memory, away from the caller's thread.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    /// <param name="progress">Told the part that is loaded, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops the load; what was read is freed.</param>
    /// <returns>The model, which the caller disposes of.</returns>
    /// <exception cref="ArgumentException">The options ask for CPUs or a node that the machine does not have.</exception>
    /// <exception cref="PlatformNotSupportedException">This system does not place threads or memory so.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="UnsupportedModelException">The runtime does not know this kind of model.</exception>
    /// <exception cref="MemoryLimitException">The weights are larger than the memory limit.</exception>
    /// <exception cref="NativeLibraryException">The native libraries are missing or of a wrong version.</exception>
    Task<ILanguageModel> LoadAsync(
        string path,
        ModelLoadOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default);
}
