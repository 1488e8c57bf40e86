using System.Collections.Immutable;

namespace Lamina.Gguf;

/// <summary>What stands before the weights in a GGUF file: metadata and the list of tensors.</summary>
/// <remarks>
/// Reading takes only the header, some megabytes at most, whatever the size of the file; the file is closed again.
/// A header that was read is well-formed; whether a model can be run from it is what <see cref="GgufValidator"/> says.
/// Immutable, so safe to use from any thread.
/// </remarks>
public sealed class GgufFile
{
    internal GgufFile(
        string path, long length, int version, GgufMetadata metadata, ImmutableArray<GgufTensor> tensors,
        long alignment, long dataOffset)
    {
        Path = path;
        Length = length;
        Version = version;
        Metadata = metadata;
        Tensors = tensors;
        Alignment = alignment;
        DataOffset = dataOffset;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The size of the whole file, in bytes.</summary>
    public long Length { get; }

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The metadata, in the order of the file.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors, in the order of the file.</summary>
    public ImmutableArray<GgufTensor> Tensors { get; }

    /// <summary>Tensors start at multiples of so many bytes: a power of two, 32 unless the file says otherwise.</summary>
    public long Alignment { get; }

    /// <summary>Where the weights begin, in bytes from the start of the file.</summary>
    public long DataOffset { get; }

    /// <summary>The kind of network, such as <c>llama</c>; empty when the file does not say.</summary>
    public string Architecture => Metadata.GetString("general.architecture") ?? "";

    /// <summary>The name that the model's author gave, or null.</summary>
    public string? Name => Metadata.GetString("general.name");

    /// <summary>The mix of tensor types that the file was written with, or null when it does not say.</summary>
    public GgufFileType? FileType =>
        Metadata.TryGetUInt64("general.file_type", out var type) ? (GgufFileType)type : null;

    /// <summary>How many numbers the tensors of this file hold.</summary>
    public long ParameterCount => Tensors.Sum(tensor => tensor.ElementCount);

    /// <summary>How many bytes the tensors of this file take, without the padding between them.</summary>
    public long TensorBytes => Tensors.Sum(tensor => tensor.Size);

    /// <summary>How many tokens the model was trained to see at once, or null when the file does not say.</summary>
    public long? ContextLength => Hyperparameter("context_length");

    /// <summary>The width of the model: the numbers that stand for one token, or null when the file does not say.</summary>
    public long? EmbeddingLength => Hyperparameter("embedding_length");

    /// <summary>The number of layers, or null when the file does not say.</summary>
    public long? BlockCount => Hyperparameter("block_count");

    /// <summary>The number of tokens in the vocabulary, or null when the file has none.</summary>
    public long? VocabularySize =>
        Metadata.GetArray("tokenizer.ggml.tokens")?.Count ?? Hyperparameter("vocab_size");

    /// <summary>How many files the model is split into; 1 for a model in one file.</summary>
    public int PartCount => Metadata.TryGetUInt64("split.count", out var count) ? (int)Math.Clamp(count, 1, int.MaxValue) : 1;

    /// <summary>Which part of a split model this file is, from 0.</summary>
    public int PartIndex => Metadata.TryGetUInt64("split.no", out var index) ? (int)Math.Min(index, int.MaxValue) : 0;

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="GgufException">The file is no GGUF file, or its header is damaged or cut short.</exception>
    /// <exception cref="IOException">The file cannot be read: it is missing, or a directory, or in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static GgufFile Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new GgufException(path, "it is a directory; a GGUF file is needed.");
        }

        using var bytes = new HeaderReader(path, cancellationToken);
        return GgufParser.Parse(bytes);
    }

    /// <summary>Reads the header of a file on another thread.</summary>
    /// <inheritdoc cref="Read"/>
    public static Task<GgufFile> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read(path, cancellationToken), cancellationToken);

    private long? Hyperparameter(string name) =>
        Metadata.TryGetInt64($"{Architecture}.{name}", out var value) ? value : null;
}
