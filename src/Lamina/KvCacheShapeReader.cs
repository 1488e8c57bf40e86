using System.Globalization;
using System.Runtime.InteropServices;
using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina;

/// <summary>Reads from a file's header what the model's KV cache holds.</summary>
/// <param name="file">The header.</param>
internal sealed class KvCacheShapeReader(GgufFile file)
{
    /// <summary>
    /// Of so many layers, the last one looks back over the whole context and the others over a window, where the file
    /// gives no pattern of its own.
    /// </summary>
    private static readonly Dictionary<string, long> Periods = new(StringComparer.Ordinal)
    {
        ["afmoe"] = 4,
        ["cohere2"] = 4,
        ["exaone-moe"] = 4,
        ["gemma2"] = 2,
        ["gemma3"] = 6,
        ["gemma3n"] = 5,
        ["gpt-oss"] = 2,
        ["olmo2"] = 4,
        ["plamo3"] = 8,
    };

    /// <summary>Adds the layers up. A layer of which the file does not say that it is without keys and values has them.</summary>
    public KvCacheShape Read()
    {
        if (GgufModelInfo.IsEncoder(file))
        {
            return KvCacheShape.None;
        }

        var (full, windowed) = (default(Heads), default(Heads));
        for (var layer = 0; layer < (file.BlockCount ?? 0); layer++)
        {
            if (HasWindow(layer))
            {
                windowed = windowed.Add(ReadLayer(layer, "_swa"));
            }
            else if (!IsRecurrent(layer))
            {
                full = full.Add(ReadLayer(layer, ""));
            }
        }

        return new()
        {
            KeyElements = full.Keys,
            ValueElements = full.Values,
            WindowKeyElements = windowed.Keys,
            WindowValueElements = windowed.Values,
            Window = windowed.Keys > 0 ? (int)Number("attention.sliding_window") : 0,
            KeyLength = (int)Divisor(full.KeyLength, windowed.KeyLength),
            ValueLength = (int)Divisor(full.ValueLength, windowed.ValueLength),
        };
    }

    /// <summary>
    /// The most numbers that one layer keeps of a token, in its keys or in its values, of the layers that look back over
    /// the whole context.
    /// </summary>
    public long LargestLayer() => GgufModelInfo.IsEncoder(file) ? 0 : Enumerable.Range(0, (int)(file.BlockCount ?? 0))
        .Where(layer => !HasWindow(layer) && !IsRecurrent(layer))
        .Select(layer => ReadLayer(layer, ""))
        .Select(heads => Math.Max(heads.Keys, heads.Values))
        .DefaultIfEmpty()
        .Max();

    private static long Divisor(long one, long other) => other == 0 ? one : Divisor(other, one % other);

    private Heads ReadLayer(int layer, string suffix)
    {
        var heads = Number("attention.head_count");
        var even = heads > 0 ? (file.EmbeddingLength ?? 0) / heads : 0;
        var key = Number("attention.key_length" + suffix, otherwise: Number("attention.key_length", even));
        var value = Number("attention.value_length" + suffix, otherwise: Number("attention.value_length", even));
        var count = Number("attention.head_count_kv", Number("attention.head_count", 0, layer), layer);
        if (count == 0)
        {
            return default;
        }

        // Where attention works on a compressed key (MLA), the value is a part of it.
        var isWithin = Number("attention.key_length_mla") > 0;
        return new(count * key, isWithin ? 0 : count * value, key, value);
    }

    private bool HasWindow(int layer)
    {
        if (Number("attention.sliding_window") == 0)
        {
            return false;
        }

        if (file.Metadata.GetArray(Key("attention.sliding_window_pattern")) is { } pattern)
        {
            return (pattern.TryGetBoolean(out var truth, layer) && truth)
                || (pattern.TryGetInt64(out var number, layer) && number != 0);
        }

        var isKnown = Periods.TryGetValue(file.Architecture, out var period);
        period = isKnown ? Number("attention.sliding_window_pattern", period) : 0;
        return isKnown && (period == 0 || layer % period < period - 1);
    }

    private bool IsRecurrent(int layer)
    {
        var interval = Number("full_attention_interval");
        return interval > 0 && (layer + 1) % interval != 0;
    }

    private long Number(string name, long otherwise = 0, int index = 0) =>
        file.Metadata.TryGetValue(Key(name), out var value) && value.TryGetInt64(out var number, value.IsArray ? index : 0)
            ? number
            : otherwise;

    private string Key(string name) => string.Create(CultureInfo.InvariantCulture, $"{file.Architecture}.{name}");

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Heads(long Keys, long Values, long KeyLength, long ValueLength)
    {
        public Heads Add(Heads other) => new(
            Keys + other.Keys,
            Values + other.Values,
            Divisor(KeyLength, other.KeyLength),
            Divisor(ValueLength, other.ValueLength));
    }
}
