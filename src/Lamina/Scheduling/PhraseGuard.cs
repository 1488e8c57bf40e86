using System.Runtime.InteropServices;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>
/// Keeps banned phrases out of an answer: holds tokens back while their text may become one, and once one is complete has
/// the answer go on otherwise from the token in which it began. Paech et al. (2025), "Antislop: A Comprehensive Framework
/// for Identifying and Eliminating Repetitive Patterns in Language Models".
/// </summary>
/// <remarks>
/// It ends: a token that was ruled out in a place stays so until what is before it changes, and no phrase can begin once
/// all tokens that begin it are.
/// </remarks>
internal sealed class PhraseGuard
{
    private readonly ITokenizer _tokenizer;
    private readonly PhraseMatcher _now;
    private readonly PhraseMatcher _released; // where the held tokens begin
    private readonly List<HeldToken> _held = [];
    private List<int>? _ruledOut;

    /// <summary>Creates the guard of an answer.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="phrases">The phrases; at least one, and none of them empty.</param>
    public PhraseGuard(ITokenizer tokenizer, IReadOnlyList<string> phrases)
    {
        _tokenizer = tokenizer;
        _now = new(phrases);
        _released = _now.Clone();
    }

    /// <summary>The tokens that are not to come next.</summary>
    public ReadOnlySpan<int> RuledOut => CollectionsMarshal.AsSpan(_ruledOut);

    /// <summary>How many tokens are held back.</summary>
    public int HeldCount => _held.Count;

    /// <summary>Takes the next token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="before">The samplers as they were before it was chosen.</param>
    /// <param name="restored">The samplers to go on with, where tokens are taken back; null elsewhere.</param>
    /// <returns>How many tokens at the end, this one among them, are taken back; 0 where no phrase is complete.</returns>
    public int Add(SampledToken token, AnswerSampler before, out AnswerSampler? restored)
    {
        var bytes = _tokenizer.GetText(token.Id);
        _held.Add(new(token, bytes.Length, before, _ruledOut));
        _ruledOut = null;
        for (var i = 0; i < bytes.Length; i++)
        {
            var length = _now.Append(bytes[i]);
            if (length > 0)
            {
                return TakeBack(PlaceOf(i + 1 - length), out restored);
            }
        }

        restored = null;
        return 0;
    }

    /// <summary>Lets the oldest token go, where it is not to be held back.</summary>
    /// <param name="all">Whether none is.</param>
    /// <param name="token">The token.</param>
    public bool TryRelease(bool all, out SampledToken token)
    {
        token = default;
        var bytes = 0;
        foreach (var held in _held)
        {
            bytes += held.ByteCount;
        }

        if (_held.Count == 0 || (!all && bytes - _held[0].ByteCount < _now.Begun))
        {
            return false;
        }

        token = _held[0].Token;
        _held.RemoveAt(0);
        _released.Append(_tokenizer.GetText(token.Id));
        return true;
    }

    /// <summary>
    /// The held token in which a byte is, counted from the newest one's first. What was let go stays: where a phrase began
    /// in that, the place is that of the oldest token held.
    /// </summary>
    private int PlaceOf(int offset)
    {
        var place = _held.Count - 1;
        while (offset < 0 && place > 0)
        {
            offset += _held[--place].ByteCount;
        }

        return place;
    }

    private int TakeBack(int place, out AnswerSampler restored)
    {
        var first = _held[place];
        var count = _held.Count - place;
        _held.RemoveRange(place, count);
        _ruledOut = first.RuledOut ?? [];
        _ruledOut.Add(first.Token.Id);
        _now.CopyFrom(_released);
        foreach (var held in _held)
        {
            _now.Append(_tokenizer.GetText(held.Token.Id));
        }

        restored = first.Before;
        return count;
    }
}
