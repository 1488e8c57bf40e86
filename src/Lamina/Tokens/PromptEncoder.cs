using System.Buffers;
using System.Text;
using Lamina.Runtime;

namespace Lamina.Tokens;

/// <summary>
/// Turns prompts into tokens. Control tokens are found in markup here, not by the tokenizer: between two of them,
/// typed text and the rest of the markup are tokenized as one piece, so that words may span a seam.
/// </summary>
internal sealed class PromptEncoder
{
    private readonly ITokenizer _tokenizer;
    private readonly (string Text, int Token)[] _controls;
    private readonly SearchValues<string> _anyControl;

    public PromptEncoder(ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _controls = [.. tokenizer.ControlTokens
            .Select(token => (Text: Encoding.UTF8.GetString(tokenizer.GetBytes(token)), Token: token))
            .Where(control => control.Text.Length > 0)
            .OrderByDescending(control => control.Text.Length)];
        _anyControl = SearchValues.Create([.. _controls.Select(control => control.Text)], StringComparison.Ordinal);
    }

    /// <summary>Encodes a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="withPrefix">Whether the tokens that the model expects in front are added.</param>
    /// <param name="withSuffix">Whether those that it expects behind are added.</param>
    /// <exception cref="ArgumentException">The prompt holds a token that is not in the vocabulary.</exception>
    public int[] Encode(Prompt prompt, bool withPrefix = true, bool withSuffix = false) =>
        EncodeParts(prompt, withPrefix, withSuffix).Tokens;

    /// <summary>
    /// Encodes a prompt with all that the model expects around it. Where that is too long, the end of the last typed text
    /// is left out, or the prompt's own end where nothing is typed; what stands behind it stays.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="most">The most tokens. There are more where even without that text there would be.</param>
    /// <exception cref="ArgumentException">The prompt holds a token that is not in the vocabulary.</exception>
    public int[] EncodeWithin(Prompt prompt, int most)
    {
        var (tokens, start, end) = EncodeParts(prompt, withPrefix: true, withSuffix: true);
        var excess = tokens.Length - most;
        return excess <= 0 || excess >= end - start ? tokens : [.. tokens[..(end - excess)], .. tokens[end..]];
    }

    private static bool StartsWithTokens(Prompt prompt) =>
        prompt.Segments is [{ Kind: PromptSegmentKind.Tokens }, ..];

    private static void TrimEnd(StringBuilder text)
    {
        while (text.Length > 0 && char.IsWhiteSpace(text[^1]))
        {
            text.Length--;
        }
    }

    /// <returns>The tokens, and which of them are the last typed text, or all of the prompt's where none is typed.</returns>
    private (int[] Tokens, int Start, int End) EncodeParts(Prompt prompt, bool withPrefix, bool withSuffix)
    {
        var tokens = new List<int>();
        var text = new StringBuilder();
        var stripNext = false;
        var isTyped = false;
        (int Start, int End)? typed = null;

        foreach (var segment in prompt.Segments)
        {
            switch (segment.Kind)
            {
                case PromptSegmentKind.Text:
                    AppendText(segment.Text);
                    isTyped = true;
                    break;
                case PromptSegmentKind.Markup:
                    AppendMarkup(segment.Text);
                    break;
                default:
                    FlushText();
                    foreach (var token in segment.Tokens)
                    {
                        AppendToken(token);
                    }

                    break;
            }
        }

        FlushText();
        var (start, end) = typed ?? (0, tokens.Count);
        var prefix = _tokenizer.Prefix.AsSpan();
        if (withPrefix && !StartsWithTokens(prompt) && !tokens.Take(prefix.Length).SequenceEqual(_tokenizer.Prefix))
        {
            tokens.InsertRange(0, prefix);
            (start, end) = (start + prefix.Length, end + prefix.Length);
        }

        if (withSuffix)
        {
            tokens.AddRange(_tokenizer.Suffix);
        }

        return ([.. tokens], start, end);

        void AppendMarkup(ReadOnlySpan<char> rest)
        {
            for (var at = rest.IndexOfAny(_anyControl); at >= 0; at = rest.IndexOfAny(_anyControl))
            {
                AppendText(rest[..at]);
                var (name, token) = LongestControlAt(rest[at..]);
                var kind = _tokenizer.GetKind(token);
                if (kind.HasFlag(TokenKinds.StripsLeft))
                {
                    TrimEnd(text);
                }

                FlushText();
                tokens.Add(token);
                stripNext = kind.HasFlag(TokenKinds.StripsRight);
                rest = rest[(at + name.Length)..];
            }

            AppendText(rest);
        }

        void AppendText(ReadOnlySpan<char> piece)
        {
            if (stripNext)
            {
                piece = piece.TrimStart();
            }

            stripNext &= piece.IsEmpty;
            text.Append(piece);
        }

        void FlushText()
        {
            if (text.Length > 0)
            {
                var before = tokens.Count;
                tokens.AddRange(_tokenizer.Encode(text.ToString()));
                typed = isTyped ? (before, tokens.Count) : typed;
                text.Clear();
            }

            isTyped = false;
        }

        void AppendToken(int token)
        {
            if ((uint)token >= (uint)_tokenizer.VocabularySize)
            {
                throw new ArgumentException(
                    $"The prompt holds the token {token}; the model's tokens go from 0 to "
                    + $"{_tokenizer.VocabularySize - 1}.",
                    nameof(prompt));
            }

            tokens.Add(token);
            stripNext = false;
        }
    }

    private (string Text, int Token) LongestControlAt(ReadOnlySpan<char> text)
    {
        foreach (var control in _controls)
        {
            if (text.StartsWith(control.Text, StringComparison.Ordinal))
            {
                return control;
            }
        }

        throw new InvalidOperationException("A control token was found and is not there.");
    }
}
