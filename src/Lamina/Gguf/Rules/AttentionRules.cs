namespace Lamina.Gguf.Rules;

/// <summary>The heads of the attention: their number, the keys and values that they share, and their width.</summary>
internal static class AttentionRules
{
    private const string HeadCount = "attention.head_count";
    private const string SharedCount = "attention.head_count_kv";

    public static void Check(ModelHeader model)
    {
        var heads = model.PerLayer(HeadCount);
        var shared = model.PerLayer(SharedCount) ?? heads;
        if (Architectures.NoAttention.Contains(model.Architecture))
        {
            return;
        }

        var isMixed = Architectures.MixedLayers.Contains(model.Architecture);
        if (!isMixed && heads is null or [0, ..] && Architectures.EqualWidths.Contains(model.Architecture))
        {
            throw model.Fail($"'{model.Key(HeadCount)}' is {(heads is null ? "missing" : 0)}; attention has heads.");
        }

        if (heads is null or [0, ..] || shared is null)
        {
            return;
        }

        CheckWidths(model, heads[0]);
        for (var i = 0; i < heads.Length && !isMixed; i++)
        {
            CheckLayer(model, i, heads[i], shared[i]);
        }

        if (!isMixed && Architectures.WholeHeadTurns.Contains(model.Architecture))
        {
            CheckProjections(model, heads, shared);
        }
    }

    // Queries, keys and values are cut into heads, so their projections must have as many rows as the heads have numbers.
    private static void CheckProjections(ModelHeader model, uint[] heads, uint[] shared)
    {
        if (model.UInt32("attention.key_length_swa") is not null || model.UInt32("attention.value_length_swa") is not null)
        {
            return;
        }

        var (keys, values) = HeadWidths(model, heads[0]);
        for (var i = 0; i < heads.Length; i++)
        {
            Check($"blk.{i}.attn_q.weight", heads[i], keys);
            Check($"blk.{i}.attn_k.weight", shared[i], keys);
            Check($"blk.{i}.attn_v.weight", shared[i], values);
        }

        void Check(string name, uint count, uint width)
        {
            if (model.TryGetTensor(name, out var tensor) && tensor.Length(1) != (long)count * width)
            {
                throw model.Fail(
                    $"tensor '{name}' has {tensor.Length(1)} rows ({tensor.ShapeText}); {count} heads of {width} numbers need "
                    + $"{(long)count * width}.");
            }
        }
    }

    private static void CheckLayer(ModelHeader model, int layer, uint heads, uint shared)
    {
        if (heads > 0 && (shared == 0 || shared > heads || heads % shared != 0))
        {
            throw model.Fail(
                $"'{model.Key(SharedCount)}' is {shared} for the {heads} heads of layer {layer}; it must divide them.");
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

        var (keys, values) = HeadWidths(model, heads);
        if (keys == 0 || values == 0)
        {
            throw model.Fail(
                $"'{model.Key(HeadCount)}' is {heads}, more than the {model.UInt32("embedding_length")} numbers of "
                + $"'{model.Key("embedding_length")}' that the heads share.");
        }

        if (keys != values && Architectures.EqualWidths.Contains(model.Architecture))
        {
            throw model.Fail(
                $"heads have keys of {keys} and values of {values} numbers ('{model.Key("attention.key_length")}', "
                + $"'{model.Key("attention.value_length")}'); in '{model.Architecture}' models they are equally wide.");
        }
    }

    /// <summary>The numbers of a key and of a value of one head.</summary>
    public static (uint Keys, uint Values) HeadWidths(ModelHeader model, uint heads)
    {
        var even = (model.UInt32("embedding_length") ?? 0) / heads;
        return (model.UInt32("attention.key_length") ?? even, model.UInt32("attention.value_length") ?? even);
    }
}
