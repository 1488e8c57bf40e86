using Lamina.Runtime;

namespace Lamina.Benchmarks;

/// <summary>A model that others use as well, whose answers do not end by themselves. Its owner disposes of it.</summary>
internal sealed class EndlessModel(ILanguageModel inner) : ILanguageModel
{
    public ModelInfo Info => inner.Info;

    public ITokenizer Tokenizer { get; } = new EndlessTokenizer(inner.Tokenizer);

    public IDecoder CreateDecoder(DecoderOptions options) => inner.CreateDecoder(options);

    public void Dispose()
    {
    }
}
