using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>Why native code did not do what it was asked to, by what it said of it.</summary>
/// <param name="library">The library's name.</param>
/// <param name="offload">What of the model is, or was to be, on devices.</param>
/// <param name="errors">What it said; empty where nothing.</param>
internal sealed class NativeFailure(string library, Offload offload, string errors)
{
    private const string LoadOperation = "load model";
    private const string CreateOperation = "create decoder";

    /// <summary>How the parts of native libraries say that memory was refused.</summary>
    private static readonly string[] AllocationFailures = ["allocate", "OutOfDeviceMemory", "out of memory", "OutOfHostMemory"];

    private string Said => $"It said: {(errors.Length > 0 ? errors : "nothing")}";

    /// <summary>Whether devices had no room: the reason in words, or null.</summary>
    private string? NoRoom =>
        offload.Layers > 0 && AllocationFailures.Any(failure => errors.Contains(failure, StringComparison.OrdinalIgnoreCase))
            ? $"{string.Join(", ", offload.Devices)} had no room for {offload.Layers} layers. Offload fewer (DevicePlacement.Layers), or "
                + $"take a smaller context. {Said}"
            : null;

    /// <summary>Of a model that was not loaded.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="cause">What the listener to the progress has thrown, or null.</param>
    public LaminaException OfLoad(GgufFile file, Exception? cause)
    {
        if (errors.Contains("unknown model architecture", StringComparison.Ordinal))
        {
            return new UnsupportedModelException(file.Architecture, $"'{file.Path}' is a model of the architecture "
                + $"'{file.Architecture}', which this release of {library} does not know.");
        }

        return NoRoom is { } reason
            ? new DeviceMemoryException(LoadOperation, $"'{file.Path}' could not be loaded: {reason}", cause)
            : new LaminaException(LoadOperation, $"{library} could not load '{file.Path}'. {Said}", innerException: cause);
    }

    /// <summary>Of a context that was not created.</summary>
    /// <param name="model">Its model.</param>
    /// <param name="options">What was asked for.</param>
    public LaminaException OfContext(ModelInfo model, DecoderOptions options) => NoRoom is { } reason
        ? new DeviceMemoryException(CreateOperation, $"A context of {options.CellCount} cells could not be created: {reason}")
        : new LaminaException(CreateOperation, $"{library} could not create a context of {options.CellCount} cells for '{model.Name}'. {Said}");
}
