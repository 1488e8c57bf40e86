using System.Collections.Frozen;

namespace Lamina.Gguf.Rules;

/// <summary>Tensors have shapes that fit the model and types that can be computed with.</summary>
internal static class TensorRules
{
    // Tables of whole numbers: tokens to experts, tokens of a draft to tokens of its target.
    private static readonly FrozenSet<string> Tables =
        FrozenSet.Create(StringComparer.Ordinal, "ffn_gate_tid2eid", "d2t", "t2d");

    // Parts of a layer that are not multiplied as matrices, whatever their shape.
    private static readonly FrozenSet<string> Exact = FrozenSet.Create(
        StringComparer.Ordinal, "ssm_conv1d", "ssm_a", "ssm_d", "shortconv.conv", "token_types", "attn_sinks", "ffn_act",
        "rope_freqs", "rope_factors_long", "rope_factors_short", "layer_output_scale", "altup_correct_scale");

    public static void Check(ModelHeader model)
    {
        foreach (var tensor in model.Tensors)
        {
            if (tensor.ElementCount == 0)
            {
                throw model.Fail($"tensor '{tensor.Name}' is empty: its shape is {tensor.ShapeText}.");
            }

            CheckType(model, tensor);
        }
    }

    private static void CheckType(ModelHeader model, GgufTensor tensor)
    {
        var part = PartOf(tensor.Name);
        if (Tables.Contains(part))
        {
            return;
        }

        if (tensor.Type is TensorType.Q8_1 or TensorType.Q8_K)
        {
            throw model.Fail($"tensor '{tensor.Name}' is stored as {tensor.Type}, which is for intermediate results only.");
        }

        if (tensor.Type is TensorType.I8 or TensorType.I16 or TensorType.I32 or TensorType.I64 or TensorType.F64)
        {
            throw model.Fail($"tensor '{tensor.Name}' is stored as {tensor.Type}, in which no weights can be computed with.");
        }

        // A matrix of one row may have any type, so the shape is taken as it was written.
        var isVector = tensor.Shape.Length <= 1;
        if (tensor.Type != TensorType.F32 && (isVector || Exact.Contains(part) || IsAdjustment(tensor.Name)))
        {
            throw model.Fail($"tensor '{tensor.Name}' is stored as {tensor.Type}; vectors like it must be F32.");
        }
    }

    private static bool IsAdjustment(string name) =>
        name.EndsWith(".bias", StringComparison.Ordinal) || name.EndsWith("scale", StringComparison.Ordinal)
        || name.Contains("norm", StringComparison.Ordinal);

    // blk.0.attn_q.weight -> attn_q
    private static string PartOf(string name)
    {
        var part = name.StartsWith("blk.", StringComparison.Ordinal) && name.IndexOf('.', 4) is > 0 and var end
            ? name[(end + 1)..]
            : name;
        return part.EndsWith(".weight", StringComparison.Ordinal) ? part[..^".weight".Length] : part;
    }
}
