using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Lamina.Gguf;

/// <summary>Turns the bytes of a header into a <see cref="GgufFile"/>; whatever is no header is refused here.</summary>
internal static class GgufParser
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const long DefaultAlignment = 32;
    private const int MaxDimensions = 4;
    private const int MaxTensorNameBytes = 63;
    private const int SmallestPairBytes = sizeof(ulong) + 1 + sizeof(uint) + 1;
    private const int SmallestTensorBytes = sizeof(ulong) + 2 * sizeof(uint) + sizeof(ulong);

    public static GgufFile Parse(HeaderReader bytes)
    {
        var version = ReadVersion(bytes);
        var tensorCount = bytes.ReadCount("the number of tensors", SmallestTensorBytes);
        var pairCount = bytes.ReadCount("the number of metadata values", SmallestPairBytes);
        var metadata = ReadMetadata(bytes, pairCount);
        var alignment = ReadAlignment(bytes, metadata);
        var tensors = ReadTensors(bytes, tensorCount);
        var dataOffset = tensorCount == 0 ? bytes.Position : Align(bytes.Position, alignment);
        return new GgufFile(bytes.Path, bytes.Length, version, metadata, tensors, alignment, dataOffset);
    }

    public static long Align(long position, long alignment) => (position + alignment - 1) / alignment * alignment;

    private static int ReadVersion(HeaderReader bytes)
    {
        if (bytes.Length == 0)
        {
            throw bytes.Fail("it is empty.");
        }

        var magic = bytes.ReadUInt32("the mark at the start");
        if (magic != Magic)
        {
            throw bytes.Fail($"it is no GGUF file: it starts with the bytes {FormatBytes(magic)} instead of 47 47 55 46, \"GGUF\".");
        }

        var version = bytes.ReadUInt32("the version");
        return version switch
        {
            2 or 3 => (int)version,
            1 => throw bytes.Fail("it is of version 1 of the format, which is no longer read. Convert the model again."),
            _ when (version & 0xFFFF) == 0 && version != 0 =>
                throw bytes.Fail("its numbers have their bytes in the other order (big-endian). Get the little-endian file."),
            _ => throw bytes.Fail($"it is of version {version} of the format; versions 2 and 3 are read."),
        };
    }

    private static string FormatBytes(uint value) =>
        $"{value & 0xFF:x2} {(value >> 8) & 0xFF:x2} {(value >> 16) & 0xFF:x2} {value >> 24:x2}";

    private static GgufMetadata ReadMetadata(HeaderReader bytes, int count)
    {
        var values = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var key = ReadName(bytes, $"key {i}");
            if (key.Length == 0)
            {
                throw bytes.Fail($"key {i} of the metadata is empty.");
            }

            if (!values.TryAdd(key, ReadValue(bytes, key)))
            {
                throw bytes.Fail($"the metadata has the key '{key}' twice.");
            }
        }

        return new GgufMetadata(values);
    }

    private static GgufValue ReadValue(HeaderReader bytes, string key)
    {
        var what = $"the value of '{key}'";
        var type = (GgufValueType)bytes.ReadUInt32(what);
        var isArray = type == GgufValueType.Array;
        if (isArray)
        {
            type = (GgufValueType)bytes.ReadUInt32(what);
        }

        var size = SizeOf(type);
        if (size < 0)
        {
            throw bytes.Fail(isArray
                ? $"'{key}' is an array of elements of type {(int)type}; the format has no such arrays."
                : $"'{key}' has the type {(int)type}, which the format does not have.");
        }

        var count = isArray ? bytes.ReadCount($"the length of '{key}'", size == 0 ? sizeof(ulong) : size) : 1;
        return type == GgufValueType.String
            ? ReadStrings(bytes, isArray, count, what)
            : new GgufValue(type, isArray, count, bytes.ReadBytes((long)count * size, what), offsets: null);
    }

    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Boolean => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        GgufValueType.String => 0, // each brings its own length
        _ => -1,
    };

    // Strings are kept as they are in the file, each after its length.
    private static GgufValue ReadStrings(HeaderReader bytes, bool isArray, int count, string what)
    {
        var offsets = new int[count + 1];
        var data = new byte[Math.Max(16, count * sizeof(ulong))];
        var end = 0;
        for (var i = 0; i < count; i++)
        {
            offsets[i] = end;
            var length = bytes.ReadCount($"the length of a text in {what}", bytesEach: 1);
            var next = (long)end + sizeof(ulong) + length;
            if (next > Array.MaxLength)
            {
                throw bytes.Fail($"{what} holds more than {Array.MaxLength} bytes of text.");
            }

            if (next > data.Length)
            {
                Array.Resize(ref data, (int)Math.Min(Array.MaxLength, Math.Max(next, 2L * data.Length)));
            }

            BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(end), length);
            bytes.Read(data.AsSpan(end + sizeof(ulong), length), what);
            end = (int)next;
        }

        offsets[count] = end;
        return new GgufValue(GgufValueType.String, isArray, count, data, offsets);
    }

    private static long ReadAlignment(HeaderReader bytes, GgufMetadata metadata)
    {
        if (!metadata.TryGetValue("general.alignment", out var value))
        {
            return DefaultAlignment;
        }

        return value is { IsArray: false, Type: GgufValueType.UInt32 }
            && value.TryGetInt64(out var alignment) && BitOperations.IsPow2(alignment)
            ? alignment
            : throw bytes.Fail($"'general.alignment' is {value} ({value.Type}); it must be a power of two, as UInt32.");
    }

    private static ImmutableArray<GgufTensor> ReadTensors(HeaderReader bytes, int count)
    {
        var tensors = ImmutableArray.CreateBuilder<GgufTensor>(count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var tensor = ReadTensor(bytes, i);
            if (!names.Add(tensor.Name))
            {
                throw bytes.Fail($"it has two tensors named '{tensor.Name}'.");
            }

            tensors.Add(tensor);
        }

        return tensors.MoveToImmutable();
    }

    private static GgufTensor ReadTensor(HeaderReader bytes, int index)
    {
        var name = ReadName(bytes, $"the name of tensor {index}");
        if (Encoding.UTF8.GetByteCount(name) > MaxTensorNameBytes)
        {
            throw bytes.Fail($"the name of tensor {index} is longer than {MaxTensorNameBytes} bytes: '{name[..40]}...'.");
        }

        var what = $"tensor '{name}'";
        var dimensions = bytes.ReadUInt32(what);
        if (dimensions > MaxDimensions)
        {
            throw bytes.Fail($"{what} has {dimensions} dimensions; at most {MaxDimensions} are possible.");
        }

        var shape = new long[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = (long)bytes.ReadUInt64(what);
        }

        var type = (TensorType)bytes.ReadUInt32(what);
        var offset = (long)bytes.ReadUInt64(what);
        var size = SizeOf(bytes, what, shape, type);
        return offset < 0
            ? throw bytes.Fail($"{what} starts at byte {(ulong)offset} of the data, beyond the end of the file.")
            : new GgufTensor(name, ImmutableCollectionsMarshal.AsImmutableArray(shape), type, offset, size);
    }

    private static long SizeOf(HeaderReader bytes, string what, long[] shape, TensorType type)
    {
        if (!type.IsKnown())
        {
            throw bytes.Fail($"{what} has the type {(uint)type}, which the format does not have, or no longer has.");
        }

        var shapeText = string.Join(" x ", shape);
        if (shape.Any(length => length < 0))
        {
            throw bytes.Fail($"{what} has the shape {shapeText}; no length can be negative.");
        }

        var row = shape.Length > 0 ? shape[0] : 1;
        if (row % type.GetBlockSize() != 0)
        {
            throw bytes.Fail(
                $"{what} has rows of {row} numbers; {type} stores {type.GetBlockSize()} together, so rows are multiples of that.");
        }

        var elements = shape.Aggregate(BigInteger.One, (product, length) => product * length);
        return elements < long.MaxValue / 16
            ? (long)elements / type.GetBlockSize() * type.GetBlockBytes()
            : throw bytes.Fail($"{what} has the shape {shapeText}: more numbers than a file can hold.");
    }

    // A native reader would stop at an embedded NUL and take two names for one.
    private static string ReadName(HeaderReader bytes, string what)
    {
        var name = Encoding.UTF8.GetString(bytes.ReadBytes(bytes.ReadCount(what, bytesEach: 1), what));
        return name.Contains('\0', StringComparison.Ordinal)
            ? throw bytes.Fail($"{what} contains a NUL character: '{name.Replace("\0", "\\0", StringComparison.Ordinal)}'.")
            : name;
    }
}
