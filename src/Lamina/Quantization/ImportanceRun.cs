using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>Reads pieces of text on a thread of its own, while a collector looks on.</summary>
internal sealed class ImportanceRun
{
    /// <summary>Tokens that are computed at once. The logits of all are kept: the last layer leaves out the others.</summary>
    private const int MostAtOnce = 512;

    private readonly ILanguageModel _model;
    private readonly ImportanceMatrixOptions _options;
    private readonly IProgress<float>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly int _size;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="NotSupportedException">The model does not generate text.</exception>
    public ImportanceRun(
        ILanguageModel model, ImportanceMatrixOptions options, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var most = model.Info.ContextLength > 0 ? model.Info.ContextLength : int.MaxValue;
        Fault.Throw(options.Faults(most), nameof(options));
        if (!model.Info.CanGenerate)
        {
            throw new NotSupportedException(
                $"'{model.Info.Name}' does not generate text; importance matrices are computed of models that do.");
        }

        _model = model;
        _options = options;
        _progress = progress;
        _cancellationToken = cancellationToken;
        _size = options.ContextSize ?? Math.Min(ImportanceMatrixOptions.DefaultContextSize, most);
    }

    /// <summary>Reads the pieces that are cut, and gives what the collector has found.</summary>
    public Task<ImportanceMatrix> StartAsync(Func<List<int[]>> cut) => Task.Factory.StartNew(
        () => Read(cut()),
        _cancellationToken,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);

    /// <summary>Cuts a text into pieces of equal size, each with the model's prefix in the place of its first tokens.</summary>
    /// <exception cref="ArgumentException">It is too short for one piece.</exception>
    public List<int[]> Cut(string text)
    {
        var prefix = _model.Tokenizer.Prefix.AsSpan();
        int[] tokens = [.. prefix, .. _model.Tokenizer.Encode(text)];
        if (tokens.Length < _size)
        {
            throw new ArgumentException(
                $"The text has {tokens.Length} tokens, and one context needs {_size}. Give more text, or lower "
                + $"{nameof(ImportanceMatrixOptions)}.{nameof(ImportanceMatrixOptions.ContextSize)}.",
                nameof(text));
        }

        List<int[]> pieces = [.. tokens.Chunk(_size).Take(Math.Min(tokens.Length / _size, _options.MaxChunks ?? int.MaxValue))];
        foreach (var piece in pieces)
        {
            prefix.CopyTo(piece);
        }

        return pieces;
    }

    /// <summary>Cuts texts that are longer than a context.</summary>
    /// <exception cref="ArgumentException">There are no tokens, or one is not in the vocabulary.</exception>
    public List<int[]> Cut(IEnumerable<IReadOnlyList<int>> texts)
    {
        List<int[]> pieces = [.. texts.SelectMany(text => text.Chunk(_size)).Take(_options.MaxChunks ?? int.MaxValue)];
        if (pieces.Count == 0)
        {
            throw new ArgumentException("The texts have no tokens; at least one is needed.", nameof(texts));
        }

        foreach (var token in pieces.SelectMany(piece => piece))
        {
            if ((uint)token >= (uint)_model.Tokenizer.VocabularySize)
            {
                throw new ArgumentException(
                    $"There is no token {token}; those of '{_model.Info.Name}' go from 0 to {_model.Tokenizer.VocabularySize - 1}.",
                    nameof(texts));
            }
        }

        return pieces;
    }

    private ImportanceMatrix Read(List<int[]> pieces)
    {
        var collector = new ImportanceCollector(_options.IncludeOutput);
        using var decoder = _model.CreateDecoder(Plan(collector));
        using var registration = _cancellationToken.UnsafeRegister(static state => ((IDecoder)state!).Abort(), decoder);
        var batch = new DecodeBatch(decoder.Options.BatchSize);
        for (var i = 0; i < pieces.Count; i++)
        {
            decoder.Clear(0);
            Read(decoder, batch, pieces[i]);
            _progress?.Report((i + 1f) / pieces.Count);
        }

        return new(collector.Entries, pieces.Count, _size, _options.Dataset is null ? [] : [_options.Dataset]);
    }

    private void Read(IDecoder decoder, DecodeBatch batch, int[] piece)
    {
        for (var position = 0; position < piece.Length;)
        {
            batch.Clear();
            while (position < piece.Length && batch.Count < batch.Capacity)
            {
                batch.Add(piece[position], position++, sequence: 0, output: true);
            }

            decoder.Run(batch, _cancellationToken);
        }
    }

    private DecoderOptions Plan(ImportanceCollector collector)
    {
        var batchSize = Math.Min(_size, MostAtOnce);
        var threads = _options.Threads ?? Environment.ProcessorCount;
        return new()
        {
            ContextSize = _size,
            SequenceCount = 1,
            CellCount = _size,
            BatchSize = batchSize,
            MicroBatchSize = batchSize,
            OutputLimit = batchSize,
            Threads = threads,
            BatchThreads = threads,
            Activations = collector,
        };
    }
}
