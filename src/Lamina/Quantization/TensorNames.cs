using System.Globalization;
using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>What the names of tensors tell: what they are for, which are quantized, and of which layer they are.</summary>
internal static class TensorNames
{
    /// <summary>Roles by a part of the name; the first that fits counts.</summary>
    private static readonly (string Part, TensorRole Role)[] Roles =
    [
        ("attn_qkv.weight", TensorRole.Value), ("attn_kv_b.weight", TensorRole.Value), ("attn_v.weight", TensorRole.Value),
        ("attn_k.weight", TensorRole.Key), ("attn_q.weight", TensorRole.Query), ("attn_output.weight", TensorRole.AttentionOutput),
        ("ffn_up", TensorRole.Up), ("ffn_gate", TensorRole.Gate), ("ffn_down", TensorRole.Down),
    ];

    /// <summary>Matrices that are small, or that a model suffers from most: they stay as they are.</summary>
    private static readonly string[] Kept =
    [
        "_norm.weight", "ffn_gate_inp.weight", "ffn_gate_tid2eid.weight", "altup", "laurel", "per_layer_model_proj",
        "ssm_conv1d", "shortconv.conv.weight", "indexer.k_proj.weight", "indexer.q_proj.weight",
        "time_mix_first.weight", "time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_v0.weight",
        "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight",
        "time_mix_g1.weight", "time_mix_g2.weight", "time_mix_decay_w1.weight", "time_mix_decay_w2.weight",
        "time_mix_lerp_fused.weight", "attn_rel_b.weight", ".position_embd", "sam.pos_embd", "sam.neck.", "sam.net_", ".rel_pos",
        ".patch_embd", ".patch_merger", "a.rvq.codebook", "mm.a.code_embd",
    ];

    /// <summary>What a tensor is for.</summary>
    public static TensorRole RoleOf(string name) => name switch
    {
        "output.weight" => TensorRole.Output,
        "token_embd.weight" or "per_layer_token_embd.weight" => TensorRole.Embedding,
        _ => Array.Find(Roles, one => name.Contains(one.Part, StringComparison.Ordinal)).Role,
    };

    /// <summary>Whether a tensor is one of the large matrices, which profiles are about.</summary>
    public static bool IsQuantized(GgufTensor tensor) =>
        tensor.Shape.Skip(1).Any(static length => length > 1)
        && tensor.Name.EndsWith("weight", StringComparison.Ordinal)
        && tensor.Name is not ("position_embd.weight" or "token_types.weight")
        && !Array.Exists(Kept, part => tensor.Name.Contains(part, StringComparison.Ordinal));

    /// <summary>The layer that a tensor belongs to; −1 for none.</summary>
    public static int LayerOf(string name)
    {
        const string prefix = "blk.";
        var end = name.StartsWith(prefix, StringComparison.Ordinal) ? name.IndexOf('.', prefix.Length) : -1;
        return end > 0 && int.TryParse(name.AsSpan(prefix.Length, end - prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            ? layer : -1;
    }
}
