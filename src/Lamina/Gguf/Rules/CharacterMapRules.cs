using System.Runtime.InteropServices;

namespace Lamina.Gguf.Rules;

/// <summary>
/// The map by which a unigram tokenizer replaces characters: a trie in a double array (SentencePiece's
/// <c>precompiled_charsmap</c>), then the replacements, each up to a NUL. No path through it may leave it.
/// </summary>
internal static class CharacterMapRules
{
    private const string Key = "tokenizer.ggml.precompiled_charsmap";

    public static void Check(ModelHeader model)
    {
        if (!model.Metadata.TryGetValue(Key, out var map))
        {
            return;
        }

        if (!map.IsArray || map.Type is not (GgufValueType.UInt8 or GgufValueType.Int8))
        {
            throw model.Fail($"'{Key}' is {map}; it must be an array of bytes.");
        }

        var bytes = map.Data;
        if (bytes.Length < sizeof(uint)
            || MemoryMarshal.Read<uint>(bytes) is var size && (size % sizeof(uint) != 0 || size >= bytes.Length - sizeof(uint)))
        {
            throw model.Fail($"'{Key}' has {bytes.Length} bytes, fewer than it says itself. It is damaged.");
        }

        var units = MemoryMarshal.Cast<byte, uint>(bytes.Slice(sizeof(uint), (int)size));
        var replacements = bytes[(sizeof(uint) + (int)size)..];
        if (units.Length > 0 && !IsSound(units, replacements))
        {
            throw model.Fail($"'{Key}' leads outside of itself for some text. It is damaged.");
        }
    }

    private static bool IsSound(ReadOnlySpan<uint> units, ReadOnlySpan<byte> replacements)
    {
        // A path is in one place after each byte of a text; places are visited once however many paths lead there.
        var isSeen = new bool[units.Length];
        var places = new Stack<uint>();
        places.Push(Base(units[0]));
        while (places.TryPop(out var place))
        {
            if (place >= units.Length)
            {
                return false;
            }

            if (isSeen[place])
            {
                continue;
            }

            isSeen[place] = true;
            for (var value = 1u; value <= byte.MaxValue; value++)
            {
                var next = place ^ value;
                if (next >= units.Length)
                {
                    return false;
                }

                var unit = units[(int)next];
                if ((unit & (1u << 31 | 0xFF)) != value)
                {
                    continue;
                }

                next ^= Base(unit);
                if ((unit >> 8 & 1) != 0 && !HasReplacement(units, next, replacements))
                {
                    return false;
                }

                places.Push(next);
            }
        }

        return true;
    }

    private static bool HasReplacement(ReadOnlySpan<uint> units, uint place, ReadOnlySpan<byte> replacements)
    {
        var start = place < units.Length ? units[(int)place] & int.MaxValue : int.MaxValue;
        return start < replacements.Length && replacements[(int)start..].Contains((byte)0);
    }

    private static uint Base(uint unit) => unit >> 10 << (int)((unit & 1u << 9) >> 6);
}
