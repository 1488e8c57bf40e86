using System.IO.Hashing;
using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.Quantization.Quality;

/// <summary>How all models of a report read the text: the same tokens in the same chunks.</summary>
internal sealed class ReadingPlan
{
    /// <summary>Chunks that are read together, each as a sequence of its own.</summary>
    private const int MostSequences = 4;

    /// <summary>Tokens computed at once.</summary>
    private const int MostBatchTokens = 512;

    /// <summary>Bytes that the logits of one batch may take.</summary>
    private const int MostLogitBytes = 256 << 20;

    private readonly UInt128 _vocabulary;
    private readonly string _source;

    private ReadingPlan(string source, ITokenizer tokenizer, int[] tokens, int contextSize, int chunkCount)
    {
        _source = source;
        _vocabulary = Digest(tokenizer);
        Tokens = tokens;
        ContextSize = contextSize;
        ChunkCount = chunkCount;
        VocabularySize = tokenizer.VocabularySize;
        SequenceCount = Math.Min(MostSequences, chunkCount);
        var batch = Math.Clamp(MostLogitBytes / sizeof(float) / VocabularySize, SequenceCount, MostBatchTokens);
        Step = Math.Clamp(batch / SequenceCount, 1, contextSize);
        for (var chunk = 0; chunk < chunkCount && !tokenizer.Prefix.IsEmpty; chunk++)
        {
            tokens[chunk * contextSize] = tokenizer.Prefix[0];
        }
    }

    /// <summary>The text's tokens, chunk after chunk; each begins as the model expects texts to begin.</summary>
    public int[] Tokens { get; }

    /// <summary>Tokens of a chunk.</summary>
    public int ContextSize { get; }

    /// <summary>How many chunks there are.</summary>
    public int ChunkCount { get; }

    /// <summary>Tokens of the vocabulary.</summary>
    public int VocabularySize { get; }

    /// <summary>Chunks that are read together.</summary>
    public int SequenceCount { get; }

    /// <summary>Tokens of each of these chunks that are computed at once.</summary>
    public int Step { get; }

    /// <summary>The first token of a chunk whose next token is scored: those before have too little to go by.</summary>
    public int FirstScored => ContextSize / 2;

    /// <summary>How many tokens of a chunk are scored.</summary>
    public int ScoredPerChunk => ContextSize - 1 - FirstScored;

    /// <summary>How many tokens of the text are scored.</summary>
    public int ScoredTokens => ChunkCount * ScoredPerChunk;

    /// <summary>Makes the plan for a text, by the source's tokenizer.</summary>
    /// <param name="source">The source's name in the report.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="text">The text.</param>
    /// <param name="contextSize">Tokens of a chunk.</param>
    /// <param name="mostChunks">The most chunks to read, or null for all.</param>
    /// <exception cref="ArgumentException">The text is shorter than a chunk.</exception>
    public static ReadingPlan Create(string source, ITokenizer tokenizer, string text, int contextSize, int? mostChunks)
    {
        int[] tokens = [.. tokenizer.Prefix, .. tokenizer.Encode(text)];
        var chunks = Math.Min(tokens.Length / contextSize, mostChunks ?? int.MaxValue);
        return chunks > 0
            ? new(source, tokenizer, tokens, contextSize, chunks)
            : throw new ArgumentException(
                $"The text has {tokens.Length} tokens; at least one context, {contextSize} tokens, is needed. Give a longer text or "
                + "lower QualityReportOptions.ContextSize.",
                nameof(text));
    }

    /// <summary>Refuses a model that does not read the same tokens.</summary>
    /// <param name="candidate">Its name in the report.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="ArgumentException">Its vocabulary is another.</exception>
    public void ThrowIfOtherVocabulary(string candidate, ITokenizer tokenizer)
    {
        if (tokenizer.VocabularySize != VocabularySize || Digest(tokenizer) != _vocabulary)
        {
            throw new ArgumentException(
                $"'{candidate}' has another vocabulary ({tokenizer.VocabularySize} tokens) than '{_source}' ({VocabularySize} tokens); only "
                + "copies of one model can be compared.",
                nameof(candidate));
        }
    }

    /// <summary>The sizes of the decoder that reads the text.</summary>
    public DecoderOptions DecoderOptions(int threads) => new()
    {
        ContextSize = ContextSize,
        SequenceCount = SequenceCount,
        CellCount = (long)ContextSize * SequenceCount,
        BatchSize = SequenceCount * Step,
        MicroBatchSize = SequenceCount * Step,
        OutputLimit = SequenceCount * Step,
        Threads = threads,
        BatchThreads = threads,
    };

    private static UInt128 Digest(ITokenizer tokenizer)
    {
        var hash = new XxHash128();
        for (var token = 0; token < tokenizer.VocabularySize; token++)
        {
            var bytes = tokenizer.GetBytes(token);
            var length = bytes.Length;
            hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
            hash.Append(bytes);
        }

        return hash.GetCurrentHashAsUInt128();
    }
}
