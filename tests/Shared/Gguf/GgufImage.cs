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

    /// <summary>Takes a real file into memory.</summary>
    public static GgufImage Load(string path)
    {
        var file = GgufFile.Read(path);
        var bytes = File.ReadAllBytes(path);
        var image = new GgufImage { Version = (uint)file.Version, Alignment = file.Alignment };
        foreach (var (key, value) in file.Metadata)
        {
            image.Metadata.Add(new(key, ImageValue.From(value)));
        }

        image.Tensors.AddRange(file.Tensors.Select(tensor => new ImageTensor
        {
            Name = tensor.Name,
            Shape = [.. tensor.Shape],
            Type = tensor.Type,
            Data = bytes.AsSpan((int)(file.DataOffset + tensor.Offset), (int)tensor.Size).ToArray(),
        }));
        return image;
    }

    /// <summary>A copy to be spoilt; the data of tensors is shared.</summary>
    public GgufImage Clone()
    {
        var copy = new GgufImage { Version = Version, Alignment = Alignment };
        copy.Metadata.AddRange(Metadata);
        copy.Tensors.AddRange(Tensors.Select(tensor => new ImageTensor
        {
            Name = tensor.Name, Shape = [.. tensor.Shape], Type = tensor.Type, Data = tensor.Data, Offset = tensor.Offset,
        }));
        return copy;
    }

    public void Remove(string key) => Metadata.RemoveAll(pair => string.Equals(pair.Key, key, StringComparison.Ordinal));

    public ImageTensor Tensor(string name) =>
        Tensors.Single(tensor => string.Equals(tensor.Name, name, StringComparison.Ordinal));

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream(Tensors.Sum(tensor => tensor.Data.Length) + (1 << 17));
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)Tensors.Count);
        writer.Write((ulong)Metadata.Count);
        foreach (var (key, value) in Metadata)
        {
            ImageValue.WriteText(writer, key);
            ImageValue.Write(writer, value);
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
            ImageValue.WriteText(writer, tensor.Name);
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
}
