namespace Lamina.Quantization;

/// <summary>How far a model is quantized.</summary>
/// <param name="Tensor">The tensor that was finished last.</param>
/// <param name="TensorsDone">Tensors that are finished.</param>
/// <param name="TensorCount">All tensors.</param>
/// <param name="BytesDone">Bytes of the source that are done.</param>
/// <param name="ByteCount">All bytes of the source's tensors.</param>
public readonly record struct QuantizationProgress(string Tensor, int TensorsDone, int TensorCount, long BytesDone, long ByteCount);
