namespace Lamina.Quantization;

/// <summary>What a matrix of weights is for, as far as it matters to how many bits it needs.</summary>
internal enum TensorRole
{
    Other,
    Embedding,
    Output,
    Query,
    Key,
    Value,
    AttentionOutput,
    Up,
    Gate,
    Down,
}
