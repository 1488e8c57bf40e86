using System.Collections.Immutable;
using Lamina.Files;

namespace Lamina.Gguf;

/// <summary>Writes a GGUF file (version 3): metadata, the list of tensors, and their data.</summary>
/// <remarks>
/// The file appears under its name when it is whole; what was there is then replaced. Tensors are written one after the
/// other, so that no more than one needs to be in memory. Not thread-safe.
/// </remarks>
public sealed class GgufWriter
{
    private const int Alignment = 32; // what the format says where a file does not

    private readonly OrderedDictionary<string, GgufValue> _metadata = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, (GgufTensor Tensor, Action<Stream>? Write)> _tensors = new(StringComparer.Ordinal);
    private long _dataLength;

    /// <summary>The tensors that were added, in their order.</summary>
    internal IEnumerable<GgufTensor> Tensors => _tensors.Values.Select(static entry => entry.Tensor);

    /// <summary>Bytes of all tensors, with what lies between them.</summary>
    internal long DataLength => _dataLength;

    /// <summary>Sets a metadata value; an earlier one of the same key is replaced.</summary>
    /// <param name="key">The key, such as <c>general.name</c>.</param>
    /// <param name="value">The value.</param>
    /// <returns>The same writer.</returns>
    /// <exception cref="ArgumentException">The key is empty, or it is <c>general.alignment</c>, which the writer sets.</exception>
    public GgufWriter Set(string key, GgufValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        if (string.Equals(key, "general.alignment", StringComparison.Ordinal))
        {
            throw new ArgumentException($"Files are written with the format's own alignment, {Alignment} bytes.", nameof(key));
        }

        _metadata[key] = value;
        return this;
    }

    /// <summary>Sets a scalar; an earlier value of the same key is replaced.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What <see cref="GgufValue.Create"/> takes.</param>
    /// <returns>The same writer.</returns>
    /// <exception cref="ArgumentException">The key is empty, or the format has no such type.</exception>
    public GgufWriter Set(string key, object value) => Set(key, GgufValue.Create(value));

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">The name, unique in the file.</param>
    /// <param name="type">How the numbers are stored.</param>
    /// <param name="shape">One to four lengths, fastest-varying first: a matrix of 3 rows of 5 numbers is 5, 3.</param>
    /// <param name="write">Writes the data when the file is written: exactly as many bytes as type and shape say.</param>
    /// <returns>The same writer.</returns>
    /// <exception cref="ArgumentException">
    /// The name is empty or taken; the shape has no or more than four lengths, one below 1, or rows that are no whole number
    /// of blocks; or the type is not known.
    /// </exception>
    public GgufWriter AddTensor(string name, TensorType type, ImmutableArray<long> shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        return Add(name, type, shape, write);
    }

    /// <summary>Writes the file. The same writer may write again.</summary>
    /// <param name="path">The file; what is there is replaced once the new one is whole.</param>
    /// <param name="cancellationToken">Stops between two tensors; nothing is left then.</param>
    /// <exception cref="InvalidOperationException">A tensor wrote more or fewer bytes than it has.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var header = ToHeader();
        WholeFile.Write(path, header.Length + _dataLength, stream => WriteTo(stream, header, cancellationToken), cancellationToken);
    }

    /// <summary>Adds a tensor whose data is written by other means.</summary>
    internal void ReserveTensor(string name, TensorType type, ImmutableArray<long> shape) => Add(name, type, shape, write: null);

    /// <summary>What stands before the data, as many bytes as where the data begins.</summary>
    internal byte[] ToHeader()
    {
        using var stream = new MemoryStream();
        WriteHeader(stream);
        return stream.ToArray();
    }

    private static long Padded(long size) => (size + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream) => stream.Write(new byte[Padded(stream.Position) - stream.Position]);

    private GgufWriter Add(string name, TensorType type, ImmutableArray<long> shape, Action<Stream>? write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!type.IsKnown())
        {
            throw new ArgumentException($"There is no tensor type {(int)type}.", nameof(type));
        }

        if (shape.IsDefault || shape.Length is < 1 or > 4 || shape.Any(length => length < 1)
            || shape[0] % type.GetBlockSize() != 0)
        {
            throw new ArgumentException(
                $"The shape of tensor '{name}' has to be one to four lengths from 1, the first a multiple of {type.GetBlockSize()} for "
                + $"{type}; it is {(shape.IsDefault ? "not set" : string.Join(" x ", shape))}.", nameof(shape));
        }

        var size = shape.Aggregate(1L, static (product, length) => checked(product * length))
            / type.GetBlockSize() * type.GetBlockBytes();
        if (!_tensors.TryAdd(name, (new(name, shape, type, _dataLength, size), write)))
        {
            throw new ArgumentException($"There is a tensor '{name}' already.", nameof(name));
        }

        _dataLength += Padded(size);
        return this;
    }

    private void WriteTo(Stream stream, byte[] header, CancellationToken cancellationToken)
    {
        stream.Write(header);
        foreach (var (tensor, write) in _tensors.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = stream.Position;
            write!(stream);
            if (stream.Position - start != tensor.Size)
            {
                throw new InvalidOperationException(
                    $"Tensor '{tensor.Name}' has {tensor.Size} bytes, but {stream.Position - start} were written.");
            }

            Pad(stream);
        }
    }

    private void WriteHeader(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        foreach (var (key, value) in _metadata)
        {
            GgufValueWriter.WriteText(writer, key);
            if (value.IsArray)
            {
                writer.Write((uint)GgufValueType.Array);
            }

            writer.Write((uint)value.Type);
            if (value.IsArray)
            {
                writer.Write((ulong)value.Count);
            }

            writer.Write(value.Data);
        }

        foreach (var (tensor, _) in _tensors.Values)
        {
            GgufValueWriter.WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (var length in tensor.Shape)
            {
                writer.Write(length);
            }

            writer.Write((uint)tensor.Type);
            writer.Write(tensor.Offset);
        }

        writer.Flush();
        Pad(stream);
    }
}
