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
}
