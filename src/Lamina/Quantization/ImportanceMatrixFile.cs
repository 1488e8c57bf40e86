using System.Runtime.InteropServices;
using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>
/// llama.cpp's files of importance matrices: in GGUF two tensors for each weight, the sums of its squared inputs and how
/// many these were; before that a format of its own.
/// </summary>
internal static class ImportanceMatrixFile
{
    private const string FileType = "imatrix";
    private const string TypeKey = "general.type";
    private const string DatasetsKey = "imatrix.datasets";
    private const string ChunkCountKey = "imatrix.chunk_count";
    private const string ChunkSizeKey = "imatrix.chunk_size";
    private const string SumsSuffix = ".in_sum2";
    private const string CountsSuffix = ".counts";
    private const uint GgufMagic = 0x46554747;

    public static void Write(ImportanceMatrix matrix, string path)
    {
        var writer = new GgufWriter()
            .Set(TypeKey, FileType)
            .Set(DatasetsKey, GgufValue.CreateArray(matrix.Datasets))
            .Set(ChunkCountKey, (uint)matrix.ChunkCount)
            .Set(ChunkSizeKey, (uint)matrix.ChunkSize);
        foreach (var (name, entry) in matrix.Entries)
        {
            var matrices = entry.Counts.Length;
            var counts = entry.Counts.Select(count => (float)count).ToArray();
            Add(writer, name + SumsSuffix, entry.Sums, entry.Sums.Length / matrices, matrices);
            Add(writer, name + CountsSuffix, counts, 1, matrices);
        }

        writer.Write(path);
    }

    /// <exception cref="GgufException">It is no importance matrix, or damaged or cut short.</exception>
    public static ImportanceMatrix Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new GgufException(path, "it is a directory; the file of an importance matrix is needed.");
        }

        using (var bytes = new HeaderReader(path, CancellationToken.None))
        {
            var start = bytes.ReadUInt32("the mark or the number of entries at the start");
            if (start != GgufMagic)
            {
                return OlderImportanceMatrixFile.Read(bytes, start);
            }
        }

        return Read(GgufFile.Read(path));
    }

    /// <summary>Makes sure of numbers as only a damaged file has them otherwise.</summary>
    /// <exception cref="GgufException">One is negative or not finite.</exception>
    public static float[] Checked(string path, string what, float[] values)
    {
        foreach (var value in values)
        {
            if (!(value >= 0 && float.IsFinite(value)))
            {
                throw new GgufException(path, $"{what} holds the number {value}; all must be finite and from 0. It is damaged.");
            }
        }

        return values;
    }

    private static void Add(GgufWriter writer, string name, float[] values, int columns, int rows) => writer.AddTensor(
        name, TensorType.F32, [columns, rows], stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

    private static ImportanceMatrix Read(GgufFile file)
    {
        var type = file.Metadata.GetString(TypeKey);
        if (!string.Equals(type, FileType, StringComparison.Ordinal))
        {
            throw new GgufException(
                file.Path, $"it is no importance matrix: its '{TypeKey}' is '{type ?? "missing"}' instead of '{FileType}'.");
        }

        var datasets = file.Metadata.GetArray(DatasetsKey)
            ?? throw new GgufException(file.Path, $"it has no list '{DatasetsKey}'. It is damaged.");
        var tensors = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var entries = new Dictionary<string, ImportanceEntry>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Name.EndsWith(SumsSuffix, StringComparison.Ordinal))
            {
                var name = tensor.Name[..^SumsSuffix.Length];
                entries.Add(name, Entry(file, name, tensor, tensors.GetValueOrDefault(name + CountsSuffix)));
            }
        }

        return 2 * entries.Count != file.Tensors.Length || entries.Count == 0
            ? throw new GgufException(file.Path, $"it has {file.Tensors.Length} tensors, {entries.Count} of them named "
                + $"'…{SumsSuffix}'; there must be at least one, each with one named '…{CountsSuffix}', and no other.")
            : new(entries, Number(file, ChunkCountKey), Number(file, ChunkSizeKey), [.. datasets.GetStrings()]);
    }

    private static ImportanceEntry Entry(GgufFile file, string name, GgufTensor sums, GgufTensor? counts)
    {
        if (counts is null || counts.ElementCount == 0 || sums.ElementCount == 0 || sums.ElementCount % counts.ElementCount != 0)
        {
            throw new GgufException(file.Path, $"'{name}' has {sums.ElementCount} sums and {counts?.ElementCount ?? 0} counts; "
                + "there must be at least one of each, and as many sums for each count. It is damaged.");
        }

        return new(
            Checked(file.Path, $"tensor '{sums.Name}'", GgufTensorData.ReadSingles(file, sums)),
            [.. Checked(file.Path, $"tensor '{counts.Name}'", GgufTensorData.ReadSingles(file, counts))
                .Select(count => (long)MathF.Round(count))]);
    }

    private static int Number(GgufFile file, string key) =>
        file.Metadata.TryGetUInt64(key, out var value) && value <= int.MaxValue
            ? (int)value
            : throw new GgufException(file.Path, $"it has no number '{key}' from 0 to {int.MaxValue}. It is damaged.");
}
