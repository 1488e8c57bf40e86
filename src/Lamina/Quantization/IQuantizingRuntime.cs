using Lamina.Runtime;

namespace Lamina.Quantization;

/// <summary>A runtime that converts weights as well, so that a model can be quantized while it is loaded.</summary>
public interface IQuantizingRuntime : IModelRuntime
{
    /// <summary>What converts weights for a <see cref="ModelQuantizer"/>.</summary>
    /// <exception cref="NativeLibraryException">The native libraries are missing or of a wrong version.</exception>
    IWeightCodec GetWeightCodec();
}
