using System.Collections.Immutable;
using System.Text;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>
/// llama.cpp's tokenizer. What a token stands for is read once, so that looking it up later is an array access and
/// cannot hand native code a token that does not exist.
/// </summary>
internal sealed unsafe class LlamaTokenizer : ITokenizer
{
    private const int NoToken = -1;
    private const int UnknownAttribute = 1 << 0;
    private const int ControlAttribute = 1 << 3;
    private const int StripLeftAttribute = 1 << 7;
    private const int StripRightAttribute = 1 << 8;

    private readonly ModelHandle _model;
    private readonly nint _vocabulary;
    private readonly ByteCoverage? _coverage;
    private readonly byte[] _text;
    private readonly int[] _textEnds;
    private readonly TokenKinds[] _kinds;

    public LlamaTokenizer(ModelHandle model, GgufFile file)
    {
        _model = model;
        _coverage = ByteCoverage.Create(file.Metadata);
        _vocabulary = Native.llama_model_get_vocab(model);

        // A model without a vocabulary (type 0) answers every question about text by ending the process.
        VocabularySize = Native.llama_vocab_type(_vocabulary) == 0 ? 0 : Native.llama_vocab_n_tokens(_vocabulary);
        _kinds = new TokenKinds[VocabularySize];
        _textEnds = new int[VocabularySize];
        _text = ReadVocabulary();
        ControlTokens = [.. Enumerable.Range(0, VocabularySize).Where(IsControl)];
        (Prefix, Suffix) = ReadFrame();
        BeginOfText = Known(Native.llama_vocab_bos(_vocabulary));
        EndOfText = Known(Native.llama_vocab_eos(_vocabulary));
        EndOfTurn = Known(Native.llama_vocab_eot(_vocabulary));
        PairSeparator = ReadPairSeparator(Known(Native.llama_vocab_sep(_vocabulary)));

        int? Known(int token) => token >= 0 && token < VocabularySize ? token : null;
    }

    public int VocabularySize { get; }

    public ImmutableArray<int> Prefix { get; }

    public ImmutableArray<int> Suffix { get; }

    public ImmutableArray<int> PairSeparator { get; }

    public ImmutableArray<int> ControlTokens { get; }

    public int? BeginOfText { get; }

    public int? EndOfText { get; }

    public int? EndOfTurn { get; }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0 || VocabularySize == 0)
        {
            return [];
        }

        var tokens = Tokenize(text, addSpecial: false);
        var control = Array.Find(tokens, IsControl);
        return Array.Exists(tokens, IsControl) ? EncodeAround(text, control) : tokens;
    }

    public ReadOnlySpan<byte> GetBytes(int token)
    {
        ThrowIfUnknown(token);
        return _text.AsSpan((token == 0 ? 0 : _textEnds[token - 1]).._textEnds[token]);
    }

    public TokenKinds GetKind(int token)
    {
        ThrowIfUnknown(token);
        return _kinds[token];
    }

    private bool IsControl(int token) => _kinds[token].HasFlag(TokenKinds.Control);

    private void ThrowIfUnknown(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(token), token, $"The model's tokens go from 0 to {VocabularySize - 1}.");
        }
    }

    /// <summary>
    /// Some vocabularies hold control tokens whose names are plain words, which llama.cpp finds in plain text. Such a
    /// text is tokenized in parts, cut inside that word.
    /// </summary>
    private int[] EncodeAround(string text, int control)
    {
        var name = Encoding.UTF8.GetString(GetBytes(control)).Trim();
        var at = name.Length > 1 ? text.IndexOf(name, StringComparison.Ordinal) : -1;
        if (at < 0)
        {
            return Array.FindAll(Tokenize(text, addSpecial: false), token => !IsControl(token));
        }

        return [.. Encode(text[..(at + 1)]), .. Encode(text[(at + 1)..])];
    }

    private int[] Tokenize(string text, bool addSpecial)
    {
        if (_coverage?.FindUncovered(text) is { } uncovered)
        {
            throw new LaminaException("tokenize", $"The model's vocabulary has no token for '{uncovered}', nor for its bytes. "
                + "Leave the character out.");
        }

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
                if (count > 0 && tokens.AsSpan(0, count).Contains(NoToken))
                {
                    throw new LaminaException(
                        "tokenize", "The text has characters for which the model's vocabulary has no token.");
                }

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

    /// <summary>What surrounds an empty text is what the model expects around every text.</summary>
    private (ImmutableArray<int> Prefix, ImmutableArray<int> Suffix) ReadFrame()
    {
        if (VocabularySize == 0)
        {
            return ([], []);
        }

        // Which of the tokens around a text stand behind it shows once there is a text between them.
        var plain = Tokenize("a", addSpecial: false);
        var framed = Tokenize("a", addSpecial: true);
        var at = framed.AsSpan().IndexOf(plain);
        return at < 0 ? ([], []) : ([.. framed[..at]], [.. framed[(at + plain.Length)..]]);
    }

    /// <summary>The end of the query, where texts have one, and what separates texts, where something does.</summary>
    private ImmutableArray<int> ReadPairSeparator(int? separator)
    {
        var end = Native.llama_vocab_get_add_eos(_vocabulary) ? EndOfText ?? separator : null;
        var between = Native.llama_vocab_get_add_sep(_vocabulary) ? separator : null;
        return [.. new[] { end, between }.OfType<int>()];
    }

    private byte[] ReadVocabulary()
    {
        var text = new MemoryStream(8 * VocabularySize);
        var buffer = new byte[256];
        for (var token = 0; token < VocabularySize; token++)
        {
            _kinds[token] = ReadKind(token);
            var length = ReadPiece(token, buffer);
            if (length < 0)
            {
                buffer = new byte[-length];
                length = ReadPiece(token, buffer);
            }

            text.Write(buffer, 0, length);
            _textEnds[token] = checked((int)text.Length);
        }

        return text.ToArray();
    }

    private int ReadPiece(int token, byte[] buffer)
    {
        fixed (byte* target = buffer)
        {
            return Native.llama_token_to_piece(_vocabulary, token, target, buffer.Length, leftStrip: 0, special: true);
        }
    }

    private TokenKinds ReadKind(int token)
    {
        var attributes = Native.llama_vocab_get_attr(_vocabulary, token);
        var kind = (attributes & (ControlAttribute | UnknownAttribute)) != 0 ? TokenKinds.Control : TokenKinds.None;
        kind |= (attributes & StripLeftAttribute) != 0 ? TokenKinds.StripsLeft : TokenKinds.None;
        kind |= (attributes & StripRightAttribute) != 0 ? TokenKinds.StripsRight : TokenKinds.None;
        return Native.llama_vocab_is_eog(_vocabulary, token) ? kind | TokenKinds.EndOfGeneration : kind;
    }
}
