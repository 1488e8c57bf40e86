using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Quantization;

/// <summary>
/// How much each column of a model's weights matters: the mean of the squares of what it is multiplied by, over a text
/// that is like what the model is for. Quantization then spends its precision where errors show.
/// </summary>
/// <remarks>
/// The files are llama.cpp's, and so are the numbers, within what the order of additions changes. To keep a column's
/// error small in proportion to the input's mean square follows from the error of the product, as in Frantar et al.,
/// "GPTQ" (2022), of whose Hessian this is the diagonal. Immutable, so safe to use from any thread.
/// </remarks>
public sealed class ImportanceMatrix
{
    internal ImportanceMatrix(
        IEnumerable<KeyValuePair<string, ImportanceEntry>> entries, int chunkCount, int chunkSize, ImmutableArray<string> datasets)
    {
        Entries = entries.ToImmutableSortedDictionary(StringComparer.Ordinal);
        ChunkCount = chunkCount;
        ChunkSize = chunkSize;
        Datasets = datasets;
    }

    /// <summary>The names of the weights that it knows of, sorted.</summary>
    public IEnumerable<string> Tensors => Entries.Keys;

    /// <summary>How many pieces of text it was computed from.</summary>
    public int ChunkCount { get; }

    /// <summary>
    /// The tokens of a piece, or the most where they differ; 1 where the file, being of the older format, does not say.
    /// </summary>
    public int ChunkSize { get; }

    /// <summary>The names of the texts.</summary>
    public ImmutableArray<string> Datasets { get; }

    internal ImmutableSortedDictionary<string, ImportanceEntry> Entries { get; }

    /// <summary>Computes the matrix of a text, as llama.cpp's tool does.</summary>
    /// <param name="model">A model that generates text, best in full precision.</param>
    /// <param name="text">
    /// At least <see cref="ImportanceMatrixOptions.ContextSize"/> tokens; some 50,000 are good. It is cut into pieces of
    /// that size, and the rest is left out. Where the model expects tokens in front of a text, such as BOS, they take the
    /// place of the first of each piece.
    /// </param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told the part that is done, from 0 to 1, after each piece.</param>
    /// <param name="cancellationToken">Stops it soon, also within a piece.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, or the text is too short; the message says how many tokens it has.
    /// </exception>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    /// <exception cref="LaminaException">The computation failed, or gave numbers that are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<ImportanceMatrix> ComputeAsync(
        ILanguageModel model,
        string text,
        ImportanceMatrixOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var run = new ImportanceRun(model, options ?? new(), progress, cancellationToken);
        return run.StartAsync(() => run.Cut(text));
    }

    /// <summary>Computes the matrix of texts that are tokens already, such as the chats of a file.</summary>
    /// <param name="model">A model that generates text, best in full precision.</param>
    /// <param name="texts">
    /// The tokens of each text, with all that the model expects in front. Each is read from its own beginning; one
    /// that is longer than <see cref="ImportanceMatrixOptions.ContextSize"/> is read in pieces of that size.
    /// </param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told the part that is done, from 0 to 1, after each piece.</param>
    /// <param name="cancellationToken">Stops it soon, also within a piece.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, there are no tokens, or one is not in the vocabulary.
    /// </exception>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    /// <exception cref="LaminaException">The computation failed, or gave numbers that are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<ImportanceMatrix> ComputeAsync(
        ILanguageModel model,
        IEnumerable<IReadOnlyList<int>> texts,
        ImportanceMatrixOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var run = new ImportanceRun(model, options ?? new(), progress, cancellationToken);
        return run.StartAsync(() => run.Cut(texts));
    }

    /// <summary>Reads a file of llama.cpp's: in GGUF, or in the older format (<c>.dat</c>).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GgufException">It is no importance matrix, or damaged or cut short.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ImportanceMatrix Load(string path) => ImportanceMatrixFile.Read(path);

    /// <summary>Writes a file in llama.cpp's GGUF format. It appears under its name when it is whole.</summary>
    /// <param name="path">The file; what is there is replaced.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => ImportanceMatrixFile.Write(this, path);

    /// <summary>Finds how much each column of a weight matters.</summary>
    /// <param name="tensor">The weight's name in the model's file.</param>
    /// <param name="importance">
    /// A number from 0 for each column; for a weight of several matrices, such as experts, the columns of each in turn.
    /// A matrix that no token went to has 1 throughout. Empty where the weight is not known.
    /// </param>
    /// <returns>Whether the weight is known.</returns>
    public bool TryGet(string tensor, out ReadOnlyMemory<float> importance)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var isKnown = Entries.TryGetValue(tensor, out var entry);
        importance = entry?.Means();
        return isKnown;
    }

    /// <summary>Finds how many inputs a weight had.</summary>
    /// <param name="tensor">The weight's name in the model's file.</param>
    /// <param name="counts">
    /// A number for each of the weight's matrices, which experts are; files may have one for all. Empty where the weight
    /// is not known. In a file of the older format these are pieces of text, not tokens.
    /// </param>
    /// <returns>Whether the weight is known.</returns>
    public bool TryGetCounts(string tensor, out ReadOnlyMemory<long> counts)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var isKnown = Entries.TryGetValue(tensor, out var entry);
        counts = entry?.Counts;
        return isKnown;
    }
}
