using System.Text;
using Lamina.Bindings;
using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp;

/// <summary>llama.cpp's vocabulary of a model.</summary>
internal sealed unsafe class LlamaVocabulary : INativeVocabulary
{
    private readonly ModelHandle _model;
    private readonly nint _vocabulary;

    public LlamaVocabulary(ModelHandle model)
    {
        _model = model;
        _vocabulary = Native.llama_model_get_vocab(model);

        // A model without a vocabulary (type 0) answers every question about text by ending the process.
        Size = Native.llama_vocab_type(_vocabulary) == 0 ? 0 : Native.llama_vocab_n_tokens(_vocabulary);
    }

    public int Size { get; }

    public int BeginOfText => Native.llama_vocab_bos(_vocabulary);

    public int EndOfText => Native.llama_vocab_eos(_vocabulary);

    public int EndOfTurn => Native.llama_vocab_eot(_vocabulary);

    public int Separator => Native.llama_vocab_sep(_vocabulary);

    public bool AddsEndOfText => Native.llama_vocab_get_add_eos(_vocabulary);

    public bool AddsSeparator => Native.llama_vocab_get_add_sep(_vocabulary);

    public int GetAttributes(int token) => Native.llama_vocab_get_attr(_vocabulary, token);

    public bool IsEndOfGeneration(int token) => Native.llama_vocab_is_eog(_vocabulary, token);

    public int ReadPiece(int token, Span<byte> destination)
    {
        fixed (byte* target = destination)
        {
            return Math.Abs(Native.llama_token_to_piece(
                _vocabulary, token, target, destination.Length, leftStrip: 0, special: true));
        }
    }

    public int[] Tokenize(string text, bool addSpecial)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var held = false;
        try
        {
            _model.DangerousAddRef(ref held);

            // No tokenizer makes more tokens than bytes, but for the few that frame a text.
            var tokens = new int[utf8.Length + 8];
            fixed (byte* bytes = utf8)
            fixed (int* target = tokens)
            {
                var count = Native.llama_tokenize(
                    _vocabulary, bytes, utf8.Length, target, tokens.Length, addSpecial, parseSpecial: false);
                return count >= 0
                    ? tokens[..count]
                    : throw new LaminaException("tokenize", $"llama.cpp could not tokenize a text of {utf8.Length} "
                        + "bytes.", count);
            }
        }
        finally
        {
            if (held)
            {
                _model.DangerousRelease();
            }
        }
    }
}
