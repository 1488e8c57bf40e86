using System.Collections;
using System.Text;
using Lamina.Gguf;

namespace Lamina.TestSupport.Gguf;

/// <summary>A GGUF file in memory, to be built and spoilt by tests: metadata as .NET values, tensors with their data.</summary>
/// <remarks>A value's .NET type is its type in the file: <c>1u</c> is UInt32, <c>new float[3]</c> an array of Float32.</remarks>
internal sealed class GgufImage
{
    public uint Version { get; set; } = 3;

    public long Alignment { get; set; } = 32;

    public List<KeyValuePair<string, object>> Metadata { get; } = [];

    public List<ImageTensor> Tensors { get; } = [];

    public object this[string key]
    {
        get => Metadata.Find(pair => string.Equals(pair.Key, key, StringComparison.Ordinal)).Value;
        set
        {
            var index = Metadata.FindIndex(pair => string.Equals(pair.Key, key, StringComparison.Ordinal));
            if (index < 0)
            {
                Metadata.Add(new(key, value));
            }
            else
            {
                Metadata[index] = new(key, value);
            }
        }
    }

    public void Remove(string key) => Metadata.RemoveAll(pair => string.Equals(pair.Key, key, StringComparison.Ordinal));

    public ImageTensor Tensor(string name) =>
        Tensors.Single(tensor => string.Equals(tensor.Name, name, StringComparison.Ordinal));

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)Tensors.Count);
        writer.Write((ulong)Metadata.Count);
        foreach (var (key, value) in Metadata)
        {
            WriteText(writer, key);
            WriteValue(writer, value);
        }

        WriteTensors(writer);
        Pad(writer);
        foreach (var tensor in Tensors)
        {
            writer.Write(tensor.Data);
            Pad(writer);
        }

        return stream.ToArray();
    }

    private void WriteTensors(BinaryWriter writer)
    {
        var offset = 0L;
        foreach (var tensor in Tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (var length in tensor.Shape)
            {
                writer.Write(length);
            }

            writer.Write((uint)tensor.Type);
            writer.Write(tensor.Offset ?? offset);
            offset += (tensor.Data.Length + Alignment - 1) / Alignment * Alignment;
        }
    }

    private void Pad(BinaryWriter writer)
    {
        var over = writer.BaseStream.Position % Alignment;
        writer.Write(new byte[over == 0 ? 0 : Alignment - over]);
    }

    private static void WriteText(BinaryWriter writer, string text) => WriteText(writer, Encoding.UTF8.GetBytes(text));

    private static void WriteText(BinaryWriter writer, byte[] text)
    {
        writer.Write((ulong)text.Length);
        writer.Write(text);
    }

    private static void WriteValue(BinaryWriter writer, object value)
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
        : type == typeof(string) || type == typeof(byte[]) ? GgufValueType.String
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
            case byte[] text: WriteText(writer, text); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            default: throw new ArgumentException($"The format has no {value.GetType()}.", nameof(value));
        }
    }
}
