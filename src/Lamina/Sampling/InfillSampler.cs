using System.Buffers;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Sampling;

/// <summary>
/// For text that is filled in between two others, as llama.cpp's infill: ends it where ending is likely enough, takes tokens
/// that begin alike as one, and keeps what is probable. Put it after top-k and top-p, which leave it few candidates.
/// </summary>
/// <param name="tokenizer">The model's.</param>
public sealed class InfillSampler(ITokenizer tokenizer) : ISampler
{
    private const float LeastProbability = 0.2f;

    private readonly ITokenizer _tokenizer = tokenizer ?? throw new ArgumentNullException(nameof(tokenizer));

    /// <inheritdoc/>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity; or nothing probable is left, and the
    /// model has no token to end with.</exception>
    public void Apply(ref Candidates candidates)
    {
        candidates.SortDescending();
        candidates.Softmax();
        var (text, end) = (0f, 0f);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (IsEnd(in candidates, i))
            {
                end += candidates.Probabilities[i];
            }
            else
            {
                text += candidates.Probabilities[i];
            }
        }

        if (3 * end * candidates.Count > text)
        {
            Keep(ref candidates, float.PositiveInfinity, out _);
            return;
        }

        Join(ref candidates);
        Keep(ref candidates, LeastProbability, out var texts);
        if (texts > 0)
        {
            var sum = 0f;
            foreach (var probability in candidates.Probabilities)
            {
                sum += probability;
            }

            Keep(ref candidates, 1f / (texts + 1), out _, sum);
            return;
        }

        var ending = _tokenizer.EndOfTurn ?? _tokenizer.EndOfText ?? throw new LaminaException(
            "sample", "No token is probable enough to fill in, and the model has none to end with.");
        candidates.Replace([TopSelection.KeyOf(1, ending)], isSorted: true);
    }

    /// <summary>Its name.</summary>
    public override string ToString() => "infill";

    private bool IsEnd(in Candidates candidates, int index) =>
        _tokenizer.GetKind(candidates.TokenAt(index)).HasFlag(TokenKinds.EndOfGeneration);

    /// <summary>Drops what is less probable than a bound, and does not end the text. Probabilities stay with their candidates.</summary>
    private void Keep(ref Candidates candidates, float least, out int texts, float sum = 1)
    {
        texts = 0;
        var kept = 0;
        var tokens = candidates.Tokens;
        var logits = candidates.Logits;
        var probabilities = candidates.Probabilities;
        for (var i = 0; i < tokens.Length; i++)
        {
            var isEnd = IsEnd(in candidates, i);
            if (isEnd || probabilities[i] / sum >= least)
            {
                texts += isEnd ? 0 : 1;
                (tokens[kept], logits[kept], probabilities[kept]) = (tokens[i], logits[i], probabilities[i]);
                kept++;
            }
        }

        candidates.Truncate(kept);
    }

    /// <summary>Of two tokens of which one begins with the other, the more probable one gets both probabilities.</summary>
    private void Join(ref Candidates candidates)
    {
        // Only tokens of the same first byte can begin alike; of each, the next one with the same.
        var tokens = candidates.Tokens;
        var logits = candidates.Logits;
        var probabilities = candidates.Probabilities;
        var buffer = ArrayPool<int>.Shared.Rent(tokens.Length + 256);
        var first = buffer.AsSpan(0, 256);
        var next = buffer.AsSpan(256, tokens.Length);
        first.Fill(-1);
        for (var i = tokens.Length - 1; i >= 0; i--)
        {
            if (_tokenizer.GetText(tokens[i]) is [var value, ..])
            {
                (next[i], first[value]) = (first[value], i);
            }
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            var text = _tokenizer.GetText(tokens[i]);
            for (var j = text.Length == 0 ? -1 : first[text[0]]; j >= 0 && logits[i] > float.NegativeInfinity; j = next[j])
            {
                if (i != j && logits[j] > float.NegativeInfinity && _tokenizer.GetText(tokens[j]).StartsWith(text))
                {
                    var (more, less) = probabilities[j] > probabilities[i] ? (j, i) : (i, j);
                    probabilities[more] += probabilities[less];
                    (logits[less], probabilities[less]) = (float.NegativeInfinity, 0);
                }
            }
        }

        ArrayPool<int>.Shared.Return(buffer);
    }
}
