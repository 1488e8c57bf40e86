using System.Runtime.InteropServices;
using System.Text;
using Lamina.Bindings;
using Lamina.Gguf;
using LLama.Native;

namespace Lamina.LLamaSharp;

/// <summary>LLamaSharp's vocabulary of a model.</summary>
internal sealed class LLamaSharpVocabulary(SafeLlamaModelHandle model, GgufFile file) : INativeVocabulary
{
    private readonly SafeLlamaModelHandle.Vocabulary _vocabulary = model.Vocab;

    // A model without a vocabulary answers every question about text by ending the process.
    public int Size { get; } = model.Vocab.Type == LLamaVocabType.None ? 0 : model.Vocab.Count;

    public int BeginOfText => Number(_vocabulary.BOS);

    public int EndOfText => Number(_vocabulary.EOS);

    public int EndOfTurn => Number(_vocabulary.EOT);

    public int Separator => Number(_vocabulary.SEP);

    public bool AddsEndOfText => _vocabulary.ShouldAddEOS;

    /// <summary>LLamaSharp does not tell, so the file is asked, and without a word of it the kind of vocabulary.</summary>
    public bool AddsSeparator =>
        file.Metadata.TryGetBoolean("tokenizer.ggml.add_sep_token", out var adds)
            ? adds
            : file.Metadata.GetString("tokenizer.ggml.model") is "bert"
                || file.Metadata.GetString("tokenizer.ggml.pre") is "jina-v1-en" or "jina-v2-code" or "roberta-bpe";

    public int GetAttributes(int token) => (int)((LLamaToken)token).GetAttributes(_vocabulary);

    public bool IsEndOfGeneration(int token) => ((LLamaToken)token).IsEndOfGeneration(_vocabulary);

    public int ReadPiece(int token, Span<byte> destination) => (int)model.TokenToSpan(token, destination, special: true);

    public int[] Tokenize(string text, bool addSpecial)
    {
        var tokens = model.Tokenize(text, addSpecial, special: false, Encoding.UTF8);
        return MemoryMarshal.Cast<LLamaToken, int>(tokens).ToArray();
    }

    private static int Number(LLamaToken? token) => token is { } known ? (int)known : -1;
}
