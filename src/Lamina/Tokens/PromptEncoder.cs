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
    public int[] Encode(Prompt prompt, bool withPrefix = true, bool withSuffix = false)
    {
        var tokens = new List<int>();
        var text = new StringBuilder();
        var stripNext = false;

        foreach (var segment in prompt.Segments)
        {
            switch (segment.Kind)
            {
                case PromptSegmentKind.Text:
                    AppendText(segment.Text);
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
        var prefix = _tokenizer.Prefix.AsSpan();
        if (withPrefix && !StartsWithTokens(prompt) && !tokens.Take(prefix.Length).SequenceEqual(_tokenizer.Prefix))
        {
            tokens.InsertRange(0, prefix);
        }

        if (withSuffix)
        {
            tokens.AddRange(_tokenizer.Suffix);
        }

        return [.. tokens];

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
                tokens.AddRange(_tokenizer.Encode(text.ToString()));
                text.Clear();
            }
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

    private static bool StartsWithTokens(Prompt prompt) =>
        prompt.Segments is [{ Kind: PromptSegmentKind.Tokens }, ..];

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

    private static void TrimEnd(StringBuilder text)
    {
        while (text.Length > 0 && char.IsWhiteSpace(text[^1]))
        {
            text.Length--;
        }
    }
}
