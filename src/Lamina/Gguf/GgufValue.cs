using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Lamina.Gguf;

/// <summary>A metadata value: a scalar, or an array of scalars of one type.</summary>
/// <remarks>
/// The bytes stay as they are in the file until asked for, so that a vocabulary of 256,000 tokens costs two
/// allocations. Elements are read by index; a scalar has the one index 0.
/// </remarks>
public sealed class GgufValue
{
    private readonly byte[] _data;
    private readonly int[]? _offsets; // where each string starts, and the end of the last

    internal GgufValue(GgufValueType type, bool isArray, int count, byte[] data, int[]? offsets)
    {
        Type = type;
        IsArray = isArray;
        Count = count;
        _data = data;
        _offsets = offsets;
    }

    /// <summary>Makes a scalar of any of the format's types.</summary>
    /// <param name="value">
    /// A <see cref="bool"/>, a <see cref="string"/>, or an integer or floating-point number; its .NET type decides the type.
    /// </param>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static GgufValue Create(object value) => GgufValueWriter.Scalar(value);

    /// <summary>Makes an array.</summary>
    /// <param name="values">The elements, of a type that <see cref="Create"/> takes.</param>
    /// <typeparam name="T">The .NET type of the elements, which decides the type.</typeparam>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static GgufValue CreateArray<T>(IEnumerable<T> values)
        where T : notnull => GgufValueWriter.Array(values);

    /// <summary>The type of the scalar, or of the elements of the array.</summary>
    public GgufValueType Type { get; }

    /// <summary>True for an array, also for one of a single element.</summary>
    public bool IsArray { get; }

    /// <summary>The number of elements; 1 for a scalar.</summary>
    public int Count { get; }

    /// <summary>The bytes as they are in the file.</summary>
    internal ReadOnlySpan<byte> Data => _data.AsSpan(0, _offsets?[^1] ?? _data.Length);

    /// <summary>Reads an integer of any width that is not negative.</summary>
    /// <param name="value">The number, or 0.</param>
    /// <param name="index">The element, from 0.</param>
    /// <returns>False when there is no such element or it is no such number.</returns>
    public bool TryGetUInt64(out ulong value, int index = 0)
    {
        if (TryGetInt64(out var signed, index) && signed >= 0)
        {
            value = (ulong)signed;
            return true;
        }

        value = Type == GgufValueType.UInt64 && Has(index) ? BinaryPrimitives.ReadUInt64LittleEndian(At(index, 8)) : 0;
        return Type == GgufValueType.UInt64 && Has(index);
    }

    /// <summary>Reads an integer of any width that fits.</summary>
    /// <param name="value">The number, or 0.</param>
    /// <param name="index">The element, from 0.</param>
    /// <returns>False when there is no such element or it is no such number.</returns>
    public bool TryGetInt64(out long value, int index = 0)
    {
        value = 0;
        if (!Has(index))
        {
            return false;
        }

        switch (Type)
        {
            case GgufValueType.UInt8: value = _data[index]; return true;
            case GgufValueType.Int8: value = (sbyte)_data[index]; return true;
            case GgufValueType.UInt16: value = BinaryPrimitives.ReadUInt16LittleEndian(At(index, 2)); return true;
            case GgufValueType.Int16: value = BinaryPrimitives.ReadInt16LittleEndian(At(index, 2)); return true;
            case GgufValueType.UInt32: value = BinaryPrimitives.ReadUInt32LittleEndian(At(index, 4)); return true;
            case GgufValueType.Int32: value = BinaryPrimitives.ReadInt32LittleEndian(At(index, 4)); return true;
            case GgufValueType.Int64: value = BinaryPrimitives.ReadInt64LittleEndian(At(index, 8)); return true;
            case GgufValueType.UInt64:
                var unsigned = BinaryPrimitives.ReadUInt64LittleEndian(At(index, 8));
                value = unsigned <= long.MaxValue ? (long)unsigned : 0;
                return unsigned <= long.MaxValue;
            default: return false;
        }
    }

    /// <summary>Reads a floating-point number, or an integer as one.</summary>
    /// <param name="value">The number, or 0.</param>
    /// <param name="index">The element, from 0.</param>
    /// <returns>False when there is no such element or it is no number.</returns>
    public bool TryGetDouble(out double value, int index = 0)
    {
        value = 0;
        if (Has(index) && Type == GgufValueType.Float32)
        {
            value = BinaryPrimitives.ReadSingleLittleEndian(At(index, 4));
            return true;
        }

        if (Has(index) && Type == GgufValueType.Float64)
        {
            value = BinaryPrimitives.ReadDoubleLittleEndian(At(index, 8));
            return true;
        }

        var isInteger = TryGetInt64(out var integer, index);
        value = integer;
        return isInteger;
    }

    /// <summary>Reads a truth value.</summary>
    /// <param name="value">The value, or false.</param>
    /// <param name="index">The element, from 0.</param>
    /// <returns>False when there is no such element or it is no truth value.</returns>
    public bool TryGetBoolean(out bool value, int index = 0)
    {
        var found = Type == GgufValueType.Boolean && Has(index);
        value = found && _data[index] != 0;
        return found;
    }

    /// <summary>Reads text. Bytes that are not UTF-8 become U+FFFD; <see cref="GetUtf8"/> has them as they are.</summary>
    /// <param name="index">The element, from 0.</param>
    /// <returns>The text, or null when there is no such element or it is no text.</returns>
    public string? GetString(int index = 0) =>
        Type == GgufValueType.String && Has(index) ? Encoding.UTF8.GetString(GetUtf8(index)) : null;

    /// <summary>Reads the bytes of a text.</summary>
    /// <param name="index">The element, from 0.</param>
    /// <returns>The bytes; empty when there is no such element or it is no text.</returns>
    public ReadOnlySpan<byte> GetUtf8(int index = 0) => _offsets is not null && Has(index)
        ? _data.AsSpan(_offsets[index] + sizeof(ulong), _offsets[index + 1] - _offsets[index] - sizeof(ulong))
        : default;

    /// <summary>Reads all elements as text.</summary>
    /// <returns>The texts; empty when the value is no text.</returns>
    public IReadOnlyList<string> GetStrings() => Type == GgufValueType.String
        ? [.. Enumerable.Range(0, Count).Select(index => GetString(index)!)]
        : [];

    /// <summary>A short form for people: the scalar, or the type and length of the array.</summary>
    public override string ToString() => IsArray ? $"{Type}[{Count}]" : Type switch
    {
        GgufValueType.String => GetString()!,
        GgufValueType.Boolean => TryGetBoolean(out var truth) && truth ? "true" : "false",
        GgufValueType.UInt64 when TryGetUInt64(out var unsigned) => unsigned.ToString(CultureInfo.InvariantCulture),
        GgufValueType.Float32 when TryGetDouble(out var single) =>
            ((float)single).ToString(CultureInfo.InvariantCulture),
        _ when TryGetInt64(out var integer) => integer.ToString(CultureInfo.InvariantCulture),
        _ => TryGetDouble(out var number) ? number.ToString(CultureInfo.InvariantCulture) : "",
    };

    private bool Has(int index) => (uint)index < (uint)Count;

    private ReadOnlySpan<byte> At(int index, int size) => _data.AsSpan(index * size, size);
}
