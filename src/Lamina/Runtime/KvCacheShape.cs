namespace Lamina.Runtime;

/// <summary>
/// What a model's KV cache holds, over all layers. Layers with a sliding window have cells of their own, and fewer.
/// </summary>
public sealed record KvCacheShape
{
    /// <summary>Of a model that keeps no keys and values.</summary>
    public static KvCacheShape None { get; } = new();

    /// <summary>Numbers in the keys of one token, over the layers that look back over the whole context.</summary>
    public long KeyElements { get; init; }

    /// <summary>
    /// Numbers in the values of one token, over the same layers; 0 where the values are a part of the keys, as in
    /// multi-head latent attention ("DeepSeek-V2", 2024).
    /// </summary>
    public long ValueElements { get; init; }

    /// <summary>Numbers in the keys of one token, over the layers with a sliding window.</summary>
    public long WindowKeyElements { get; init; }

    /// <summary>Numbers in the values of one token, over the layers with a sliding window.</summary>
    public long WindowValueElements { get; init; }

    /// <summary>Tokens that these layers look back over; 0 where there are none.</summary>
    public int Window { get; init; }

    /// <summary>
    /// Numbers in one head's key; where heads differ, the largest number that divides all. 0 where there are no heads.
    /// </summary>
    public int KeyLength { get; init; }

    /// <summary>Numbers in one head's value, as <see cref="KeyLength"/>.</summary>
    public int ValueLength { get; init; }

    private bool HasKeys => KeyElements + WindowKeyElements > 0;

    private bool HasValues => ValueElements + WindowValueElements > 0;

    /// <summary>Why the cache cannot be stored in these types, in words.</summary>
    internal IEnumerable<string> Faults(KvCacheType keys, KvCacheType values)
    {
        const string keyOption = nameof(DecoderOptions.KeyCacheType);
        const string valueOption = nameof(DecoderOptions.ValueCacheType);
        if (HasKeys && !HasValues && keys != values)
        {
            yield return $"{keyOption} was {keys} and {valueOption} {values}; the model keeps its values in the keys: "
                + "give both the same.";
        }

        foreach (var (option, type, what, length) in
            new[] { (keyOption, keys, "key", KeyLength), (valueOption, values, "value", ValueLength) })
        {
            if (type != KvCacheType.F16 && !HasKeys)
            {
                yield return $"{option} was {type}; the model has no KV cache: leave it at {KvCacheType.F16}.";
            }
            else if (length % type.BlockSize() != 0)
            {
                yield return $"{option} was {type}, which stores {type.BlockSize()} numbers together; a head's {what} has "
                    + $"{length}, no multiple of that: take {KvCacheType.F16}.";
            }
        }
    }
}
