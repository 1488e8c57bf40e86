using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>A model that computes nothing and always means the same token: what is left is the engine.</summary>
internal sealed class NullModel : ILanguageModel
{
    public NullModel(ILanguageModel real, int sequences)
    {
        Info = real.Info with { KvCache = KvCacheShape.None };
        Tokenizer = real.Tokenizer;
        Token = Tokenizer.Encode(" the")[0];
        Logits = [.. Enumerable.Range(0, sequences).Select(_ => new float[Tokenizer.VocabularySize])];
        foreach (var row in Logits)
        {
            row[Token] = 1;
        }
    }

    public ModelInfo Info { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>The token that it means.</summary>
    public int Token { get; }

    /// <summary>The logits, for each sequence in another place, since a decoder's are not in the cache either.</summary>
    public IReadOnlyList<float[]> Logits { get; }

    public IDecoder CreateDecoder(DecoderOptions options) => new NullDecoder(options, Logits);

    public void Dispose()
    {
    }
}
