using System.Runtime.InteropServices;

namespace Lamina.Gguf;

/// <summary>Reads what a file holds of a tensor.</summary>
internal static class GgufTensorData
{
    /// <summary>Reads a tensor of 32-bit floating-point numbers.</summary>
    /// <exception cref="GgufException">It is of another type, or the file ends before it does.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static float[] ReadSingles(GgufFile file, GgufTensor tensor)
    {
        if (tensor.Type != TensorType.F32)
        {
            throw new GgufException(file.Path, $"tensor '{tensor.Name}' is of type {tensor.Type}; it must be {TensorType.F32}.");
        }

        if (tensor.Size > file.Length - file.DataOffset - tensor.Offset || tensor.ElementCount > Array.MaxLength)
        {
            throw new GgufException(
                file.Path, $"tensor '{tensor.Name}' needs {tensor.Size} bytes, which the file does not have. It is cut short.");
        }

        var values = new float[tensor.ElementCount];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        using var handle = File.OpenHandle(file.Path);
        for (var position = file.DataOffset + tensor.Offset; !bytes.IsEmpty;)
        {
            var read = RandomAccess.Read(handle, bytes, position);
            if (read == 0)
            {
                throw new GgufException(file.Path, $"it ended while tensor '{tensor.Name}' was read; another process shortens it.");
            }

            bytes = bytes[read..];
            position += read;
        }

        return values;
    }
}
