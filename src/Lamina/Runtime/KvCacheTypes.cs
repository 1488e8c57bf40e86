using Lamina.Validation;

namespace Lamina.Runtime;

/// <summary>Sizes of the <see cref="KvCacheType"/>s.</summary>
internal static class KvCacheTypes
{
    /// <summary>How many numbers are stored together.</summary>
    public static int BlockSize(this KvCacheType type) => type == KvCacheType.F16 ? 1 : 32;

    /// <summary>Bytes of so many numbers, in whole blocks.</summary>
    public static Int128 Bytes(this KvCacheType type, Int128 elements) => elements / type.BlockSize() * type switch
    {
        KvCacheType.Int8 => 2 + 32,
        KvCacheType.Int4 => 2 + 16,
        _ => 2,
    };

    /// <summary>Why values cannot be stored in a type with this kind of attention, in words.</summary>
    public static IEnumerable<string> Faults(this FlashAttention attention, string owner, KvCacheType values) =>
    [
        .. Fault.Undefined(owner, nameof(FlashAttention), attention),
        .. attention == FlashAttention.Off && values != KvCacheType.F16
            ? [$"{owner}.{nameof(FlashAttention)} was {attention} and {nameof(DecoderOptions.ValueCacheType)} {values}; values "
                + $"in few bits are read by flash attention alone: take {FlashAttention.Auto}, or {KvCacheType.F16}."]
            : Array.Empty<string>(),
    ];
}
