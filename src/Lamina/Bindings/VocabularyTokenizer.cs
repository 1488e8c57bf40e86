using System.Collections.Immutable;
using System.Text;
using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>
/// A native tokenizer. What a token stands for is read once, so that looking it up later is an array access and cannot
/// hand native code a token that does not exist.
/// </summary>
internal sealed class VocabularyTokenizer : ITokenizer
{
    private const int NoToken = -1;
    private const int UnknownAttribute = 1 << 0;
    private const int ControlAttribute = 1 << 3;
    private const int StripLeftAttribute = 1 << 7;
    private const int StripRightAttribute = 1 << 8;

    private readonly INativeVocabulary _vocabulary;
    private readonly ByteCoverage? _coverage;
    private readonly byte[] _text;
    private readonly int[] _textEnds;
    private readonly TokenKinds[] _kinds;

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="file">The model's file.</param>
    public VocabularyTokenizer(INativeVocabulary vocabulary, GgufFile file)
    {
        _coverage = ByteCoverage.Create(file.Metadata);
        _vocabulary = vocabulary;
        VocabularySize = vocabulary.Size;
        _kinds = new TokenKinds[VocabularySize];
        _textEnds = new int[VocabularySize];
        _text = ReadVocabulary();
        ControlTokens = [.. Enumerable.Range(0, VocabularySize).Where(IsControl)];
        (Prefix, Suffix) = ReadFrame();
        BeginOfText = Known(vocabulary.BeginOfText);
        EndOfText = Known(vocabulary.EndOfText);
        EndOfTurn = Known(vocabulary.EndOfTurn);
        PairSeparator = ReadPairSeparator(Known(vocabulary.Separator));

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
    /// Some vocabularies hold control tokens whose names are plain words, which native code finds in plain text. Such a
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

        var tokens = _vocabulary.Tokenize(text, addSpecial);
        return tokens.AsSpan().Contains(NoToken)
            ? throw new LaminaException(
                "tokenize", "The text has characters for which the model's vocabulary has no token.")
            : tokens;
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
        var end = _vocabulary.AddsEndOfText ? EndOfText ?? separator : null;
        var between = _vocabulary.AddsSeparator ? separator : null;
        return [.. new[] { end, between }.OfType<int>()];
    }

    private byte[] ReadVocabulary()
    {
        var text = new MemoryStream(8 * VocabularySize);
        var buffer = new byte[256];
        for (var token = 0; token < VocabularySize; token++)
        {
            _kinds[token] = ReadKind(token);
            var length = _vocabulary.ReadPiece(token, buffer);
            if (length > buffer.Length)
            {
                buffer = new byte[length];
                length = _vocabulary.ReadPiece(token, buffer);
            }

            text.Write(buffer, 0, length);
            _textEnds[token] = checked((int)text.Length);
        }

        return text.ToArray();
    }

    private TokenKinds ReadKind(int token)
    {
        var attributes = _vocabulary.GetAttributes(token);
        var kind = (attributes & (ControlAttribute | UnknownAttribute)) != 0 ? TokenKinds.Control : TokenKinds.None;
        kind |= (attributes & StripLeftAttribute) != 0 ? TokenKinds.StripsLeft : TokenKinds.None;
        kind |= (attributes & StripRightAttribute) != 0 ? TokenKinds.StripsRight : TokenKinds.None;
        return _vocabulary.IsEndOfGeneration(token) ? kind | TokenKinds.EndOfGeneration : kind;
    }
}
