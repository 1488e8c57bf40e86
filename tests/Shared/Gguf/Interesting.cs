namespace Lamina.TestSupport.Gguf;

/// <summary>Values at which programs fall over.</summary>
internal static class Interesting
{
    private static readonly object[] Scalars =
    [
        0u, 1u, 2u, 3u, 7u, 8u, 16u, 31u, 32u, 64u, 128u, 255u, 256u, 257u, 512u, 513u, 1000u, 1024u, 1025u, 4096u, 65535u,
        1u << 20, int.MaxValue - 1u, (uint)int.MaxValue, 1u << 31, uint.MaxValue, uint.MaxValue - 1,
        0f, -0f, 1f, -1f, 0.5f, 1e-5f, 1e-30f, 1e30f, -1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity,
        float.Epsilon, true, false, "", "none", "yarn", "longrope", "linear", "x", -1, 0, 1, int.MinValue, 0L, -1L, 1UL, ulong.MaxValue,
        0.0, double.NaN, (byte)0, (byte)1, (ushort)0, (ushort)2, (sbyte)-1, (short)-1,
    ];

    public static object Scalar(Random random) => Scalars[random.Next(Scalars.Length)];

    public static ulong Count(Random random) => random.Next(5) switch
    {
        0 => 0,
        1 => ulong.MaxValue >> random.Next(64),
        2 => 1UL << random.Next(64),
        _ => (ulong)random.Next(300),
    };

    /// <summary>Another value of the same type.</summary>
    public static object Like(object value, Random random) => value switch
    {
        uint number => random.Next(4) switch
        {
            0 => number + (uint)random.Next(-2, 3),
            1 => number * 2,
            2 => number / 2,
            _ => UInt32(random),
        },
        int number => random.Next(3) == 0 ? number + random.Next(-2, 3) : unchecked((int)UInt32(random)),
        float number => random.Next(4) == 0 ? -number : Float32(random),
        bool truth => !truth,
        string or Utf8Text => Text(value.ToString()!, random),
        ulong => Count(random),
        ushort => (ushort)random.Next(4),
        _ => Scalar(random),
    };

    private static uint UInt32(Random random) => (uint)Scalars[random.Next(27)];

    private static float Float32(Random random) => (float)Scalars[random.Next(27, 40)];

    private static object Text(string text, Random random) => random.Next(6) switch
    {
        0 => "",
        1 => text + "x",
        2 => "\0" + text,
        3 => text + "\0x",
        4 => new string('y', random.Next(2000)),
        _ => Scalars[random.Next(42, 48)],
    };
}
