using System.Collections.Frozen;

namespace Lamina.Gguf.Rules;

/// <summary>The heads of the attention: their number, the keys and values that they share, and their width.</summary>
internal static class AttentionRules
{
    // In these a layer without heads of keys and values is a layer of another kind, not a fault.
    private static readonly FrozenSet<string> MixedLayers = FrozenSet.Create(
        StringComparer.Ordinal,
        "bailingmoe3", "deci", "granitehybrid", "jamba", "kimi-k3", "kimi-linear", "lfm2", "lfm2moe", "nemotron_h",
        "nemotron_h_moe", "plamo2");

    public static void Check(ModelHeader model)
    {
        var heads = model.PerLayer("attention.head_count");
        var shared = model.PerLayer("attention.head_count_kv") ?? heads;
        if (heads is null || shared is null || heads[0] == 0)
        {
            return; // no attention, or it begins in a later layer
        }

        if (!MixedLayers.Contains(model.Architecture))
        {
            for (var i = 0; i < heads.Length; i++)
            {
                CheckLayer(model, i, heads[i], shared[i]);
            }
        }

        CheckWidths(model, heads[0]);
    }

    private static void CheckLayer(ModelHeader model, int layer, uint heads, uint shared)
    {
        if (heads > 0 && (shared == 0 || shared > heads || heads % shared != 0))
        {
            throw model.Fail(
                $"'{model.Key("attention.head_count_kv")}' is {shared} for the {heads} heads of layer {layer}; it must divide them.");
        }
    }

    private static void CheckWidths(ModelHeader model, uint heads)
    {
        foreach (var name in (string[])["key_length", "value_length", "key_length_swa", "value_length_swa"])
        {
            if (model.UInt32($"attention.{name}") is 0)
            {
                throw model.Fail($"'{model.Key($"attention.{name}")}' is 0; a head has some width.");
            }
        }

        var width = model.UInt32("embedding_length") ?? 0;
        if (width < heads && model.UInt32("attention.key_length") is null)
        {
            throw model.Fail(
                $"'{model.Key("attention.head_count")}' is {heads}, more than the {width} numbers of "
                + $"'{model.Key("embedding_length")}' that the heads share.");
        }
    }
}
