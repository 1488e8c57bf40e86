using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>What stands before the weights in a file that is made, and where each tensor's data goes.</summary>
internal sealed record TargetHeader(byte[] Bytes, IReadOnlyDictionary<string, long> Offsets, long Length)
{
    /// <summary>Which revision of the block formats the weights are in.</summary>
    private const uint QuantizationVersion = 2;

    /// <summary>The header for one of the source's files.</summary>
    public static TargetHeader Create(GgufFile part, QuantizationPlan plan)
    {
        var writer = new GgufWriter();
        foreach (var (key, value) in part.Metadata.Where(static entry => entry.Key is not "general.alignment"))
        {
            writer.Set(key, value);
        }

        if (part == plan.SourceParts[0])
        {
            writer.Set("general.quantization_version", QuantizationVersion).Set("general.file_type", (uint)plan.Profile.FileType);
        }

        var types = plan.Tensors.ToDictionary(static tensor => tensor.Source.Name, static tensor => tensor.Type, StringComparer.Ordinal);
        foreach (var tensor in part.Tensors)
        {
            writer.ReserveTensor(tensor.Name, types[tensor.Name], tensor.Shape);
        }

        var bytes = writer.ToHeader();
        return new(
            bytes,
            writer.Tensors.ToDictionary(static tensor => tensor.Name, tensor => bytes.Length + tensor.Offset, StringComparer.Ordinal),
            bytes.Length + writer.DataLength);
    }
}
