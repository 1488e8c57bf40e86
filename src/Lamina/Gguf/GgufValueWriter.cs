using System.Text;

namespace Lamina.Gguf;

/// <summary>Turns .NET values into those of the format.</summary>
internal static class GgufValueWriter
{
    public static GgufValue Scalar(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Write([value], TypeOf(value.GetType(), nameof(value)), isArray: false);
    }

    public static GgufValue Array<T>(IEnumerable<T> values)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(values);
        return Write([.. values.Cast<object>()], TypeOf(typeof(T), nameof(values)), isArray: true);
    }

    private static GgufValue Write(List<object> values, GgufValueType type, bool isArray)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var offsets = type == GgufValueType.String ? new int[values.Count + 1] : null;
        for (var i = 0; i < values.Count; i++)
        {
            Write(writer, values[i]);
            offsets?[i + 1] = (int)stream.Position;
        }

        return new(type, isArray, values.Count, stream.ToArray(), offsets);
    }

    private static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case bool truth: writer.Write(truth); break;
            default: WriteText(writer, (string)value); break;
        }
    }

    /// <summary>Writes a text as the format has it: its length in bytes, and the bytes.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static GgufValueType TypeOf(Type type, string parameter) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => GgufValueType.UInt8,
        TypeCode.SByte => GgufValueType.Int8,
        TypeCode.UInt16 => GgufValueType.UInt16,
        TypeCode.Int16 => GgufValueType.Int16,
        TypeCode.UInt32 => GgufValueType.UInt32,
        TypeCode.Int32 => GgufValueType.Int32,
        TypeCode.UInt64 => GgufValueType.UInt64,
        TypeCode.Int64 => GgufValueType.Int64,
        TypeCode.Single => GgufValueType.Float32,
        TypeCode.Double => GgufValueType.Float64,
        TypeCode.Boolean => GgufValueType.Boolean,
        TypeCode.String => GgufValueType.String,
        _ => throw new ArgumentException(
            $"The format has no type for {type.Name}; use a bool, a string, an integer, a float or a double.", parameter),
    };
}
