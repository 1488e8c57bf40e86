using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Lamina.Gguf;

/// <summary>
/// Tells a model's files from all others by their lengths, their headers, and samples of their weights. Reads a few
/// megabytes, whatever the size of the model.
/// </summary>
internal static class GgufFingerprint
{
    private const int SampleCount = 64;
    private const int SampleBytes = 1 << 16;

    /// <summary>Computes the fingerprint (XxHash128) of a model.</summary>
    /// <param name="parts">The headers of its files, in order.</param>
    /// <returns>32 hexadecimal digits.</returns>
    /// <exception cref="IOException">A file cannot be read, or has become shorter.</exception>
    public static string Compute(IReadOnlyList<GgufFile> parts)
    {
        var hash = new XxHash128();
        var buffer = ArrayPool<byte>.Shared.Rent(SampleBytes);
        try
        {
            foreach (var part in parts)
            {
                Append(hash, part, buffer.AsSpan(0, SampleBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Span<byte> digest = stackalloc byte[16];
        hash.GetCurrentHash(digest);
        return Convert.ToHexStringLower(digest);
    }

    private static void Append(XxHash128 hash, GgufFile part, Span<byte> buffer)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        hash.Append(length);

        using var file = File.OpenHandle(part.Path);
        var headerEnd = Math.Min(part.DataOffset, part.Length);
        AppendRange(hash, file, 0, headerEnd, buffer);

        // The first sample is at the start of the weights, the last at their end.
        var weights = part.Length - headerEnd;
        if (weights <= SampleCount * SampleBytes)
        {
            AppendRange(hash, file, headerEnd, weights, buffer);
            return;
        }

        for (var sample = 0; sample < SampleCount; sample++)
        {
            // Divided before it is multiplied: no length overflows, and equal files give equal places.
            var start = headerEnd + (weights - SampleBytes) / (SampleCount - 1) * sample;
            start = sample == SampleCount - 1 ? part.Length - SampleBytes : start;
            AppendRange(hash, file, start, SampleBytes, buffer);
        }
    }

    private static void AppendRange(XxHash128 hash, SafeFileHandle file, long start, long count, Span<byte> buffer)
    {
        for (var end = start + count; start < end;)
        {
            var read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, end - start)], start);
            if (read == 0)
            {
                throw new EndOfStreamException("A model file became shorter while its fingerprint was computed.");
            }

            hash.Append(buffer[..read]);
            start += read;
        }
    }
}
