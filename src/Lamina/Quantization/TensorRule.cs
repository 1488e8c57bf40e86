using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>Says how some tensors are stored, whatever else a profile says.</summary>
/// <param name="Pattern">Names of tensors, where <c>*</c> stands for any text and <c>?</c> for any character: <c>blk.*.attn_v.weight</c>.</param>
/// <param name="Type">How their numbers are stored.</param>
public sealed record TensorRule(string Pattern, TensorType Type);
