using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>A model that computes nothing and always means the same token: what is left is the engine.</summary>
internal sealed class NullModel : ILanguageModel
{
    public NullModel(ILanguageModel real)
    {
        Info = real.Info with { KvElementsPerToken = 0 };
        Tokenizer = real.Tokenizer;
        Logits = new float[Tokenizer.VocabularySize];
        Logits[Tokenizer.Encode(" the")[0]] = 1;
    }

    public ModelInfo Info { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>The logits of every token.</summary>
    public float[] Logits { get; }

    public IDecoder CreateDecoder(DecoderOptions options) => new NullDecoder(options, Logits);

    public void Dispose()
    {
    }
}
