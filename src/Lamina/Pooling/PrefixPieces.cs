using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Lamina.Tokens;

namespace Lamina.Pooling;

/// <summary>Cuts prompts into pieces and names each with a hash of all that is before its end, the tenant among it.</summary>
internal static class PrefixPieces
{
    /// <summary>Bytes of text, or of tokens of 4 bytes each: about 64 tokens in either case.</summary>
    public const int PieceSize = 256;

    /// <summary>Pieces of a prompt that are looked at; it says enough who has read so many.</summary>
    private const int MostPieces = 256;

    /// <summary>The hashes of a prompt's whole pieces, in order.</summary>
    /// <param name="seed">A number that nobody outside can know, so that nobody can make prompts that collide.</param>
    /// <param name="tenant">Whose prompt it is; null for nobody's.</param>
    /// <param name="prompts">The prompts, in a row.</param>
    public static ulong[] Of(long seed, string? tenant, params ReadOnlySpan<Prompt?> prompts)
    {
        var hash = new XxHash3(seed);
        hash.Append(MemoryMarshal.AsBytes((tenant is null ? "0" : $"1{tenant}").AsSpan()));
        List<ulong> found = [];
        var missing = PieceSize;
        foreach (var prompt in prompts)
        {
            foreach (var segment in prompt?.Segments ?? [])
            {
                hash.Append([(byte)segment.Kind]);
                var text = segment.Text[..Math.Min(segment.Text.Length, MostPieces * PieceSize)];
                Append(segment.Kind == PromptSegmentKind.Tokens
                    ? MemoryMarshal.AsBytes(segment.Tokens.AsSpan())
                    : Encoding.UTF8.GetBytes(text));
            }
        }

        return [.. found];

        void Append(ReadOnlySpan<byte> bytes)
        {
            for (; found.Count < MostPieces && bytes.Length >= missing; missing = PieceSize)
            {
                hash.Append(bytes[..missing]);
                bytes = bytes[missing..];
                found.Add(hash.GetCurrentHashAsUInt64());
            }

            if (found.Count < MostPieces)
            {
                hash.Append(bytes);
                missing -= bytes.Length;
            }
        }
    }
}
