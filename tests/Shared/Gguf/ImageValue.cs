using System.Collections;
using System.Text;
using Lamina.Gguf;

namespace Lamina.TestSupport.Gguf;

/// <summary>Metadata values of a <see cref="GgufImage"/>: .NET values in, bytes of the format out.</summary>
internal static class ImageValue
{
    public static object From(GgufValue value)
    {
        if (!value.IsArray)
        {
            return Element(value, 0);
        }

        var array = Array.CreateInstance(Element(value.Type), value.Count);
        for (var i = 0; i < value.Count; i++)
        {
            array.SetValue(Element(value, i), i);
        }

        return array;
    }

    /// <summary>The .NET type for a type of the format</summary>
    public static Type Element(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => typeof(byte),
        GgufValueType.Int8 => typeof(sbyte),
        GgufValueType.UInt16 => typeof(ushort),
        GgufValueType.Int16 => typeof(short),
        GgufValueType.UInt32 => typeof(uint),
        GgufValueType.Int32 => typeof(int),
        GgufValueType.Float32 => typeof(float),
        GgufValueType.Boolean => typeof(bool),
        GgufValueType.String => typeof(Utf8Text),
        GgufValueType.UInt64 => typeof(ulong),
        GgufValueType.Int64 => typeof(long),
        GgufValueType.Float64 => typeof(double),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static object Element(GgufValue value, int index) => value.Type switch
    {
        GgufValueType.String => new Utf8Text(value.GetUtf8(index).ToArray()),
        GgufValueType.Boolean => value.TryGetBoolean(out var truth, index) && truth,
        GgufValueType.UInt64 => value.TryGetUInt64(out var number, index) ? number : 0,
        GgufValueType.Float32 => value.TryGetDouble(out var number, index) ? (float)number : 0f,
        GgufValueType.Float64 => value.TryGetDouble(out var number, index) ? number : 0.0,
        _ => value.TryGetInt64(out var number, index) ? Convert.ChangeType(number, Element(value.Type), null) : 0,
    };

    public static void WriteText(BinaryWriter writer, string text) => WriteText(writer, Encoding.UTF8.GetBytes(text));

    private static void WriteText(BinaryWriter writer, byte[] text)
    {
        writer.Write((ulong)text.Length);
        writer.Write(text);
    }

    public static void Write(BinaryWriter writer, object value)
    {
        if (value is not Array array)
        {
            writer.Write((uint)TypeOf(value.GetType()));
            WriteScalar(writer, value);
            return;
        }

        writer.Write((uint)GgufValueType.Array);
        writer.Write((uint)TypeOf(array.GetType().GetElementType()!));
        writer.Write((ulong)array.Length);
        foreach (var element in (IEnumerable)array)
        {
            WriteScalar(writer, element);
        }
    }

    private static GgufValueType TypeOf(Type type) => type == typeof(byte) ? GgufValueType.UInt8
        : type == typeof(sbyte) ? GgufValueType.Int8
        : type == typeof(ushort) ? GgufValueType.UInt16
        : type == typeof(short) ? GgufValueType.Int16
        : type == typeof(uint) ? GgufValueType.UInt32
        : type == typeof(int) ? GgufValueType.Int32
        : type == typeof(float) ? GgufValueType.Float32
        : type == typeof(bool) ? GgufValueType.Boolean
        : type == typeof(string) || type == typeof(Utf8Text) ? GgufValueType.String
        : type == typeof(ulong) ? GgufValueType.UInt64
        : type == typeof(long) ? GgufValueType.Int64
        : type == typeof(double) ? GgufValueType.Float64
        : throw new ArgumentException($"The format has no {type}.", nameof(type));

    private static void WriteScalar(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool truth: writer.Write(truth); break;
            case string text: WriteText(writer, text); break;
            case Utf8Text text: WriteText(writer, text.Bytes); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            default: throw new ArgumentException($"The format has no {value.GetType()}.", nameof(value));
        }
    }
}
