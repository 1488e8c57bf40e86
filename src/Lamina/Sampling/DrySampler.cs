using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.Sampling;

/// <summary>
/// Don't Repeat Yourself: lowers the logits of tokens that would go on with a repetition of what was said before, the
/// more the longer it is. Weidmann (2024), text-generation-webui, pull request 5677.
/// </summary>
/// <remarks>
/// Where the last <c>n</c> tokens stood before, the token that followed them then is lowered by
/// <c>multiplier · base^(n − allowed length)</c>. Repetitions do not reach over a sequence breaker, such as a line break.
/// </remarks>
public sealed class DrySampler : ISampler
{
    /// <summary>llama.cpp's sequence breakers.</summary>
    public static ImmutableArray<string> DefaultBreakers { get; } = ["\n", ":", "\"", "*"];

    private readonly SequenceBreakers _breakers;
    private readonly int[] _last;                          // a ring
    private readonly int[] _repeats;
    private readonly Dictionary<int, int> _longest = [];   // by the token that would go on
    private int _count;
    private int _next;

    /// <summary>Creates the sampler.</summary>
    /// <param name="tokenizer">The model's, to find the breakers in tokens.</param>
    /// <param name="multiplier">The penalty of a repetition of the allowed length, a finite number; 0 turns the sampler off.</param>
    /// <param name="base">What the penalty grows by a token, a finite number; below 1 turns the sampler off. The default is 1.75.</param>
    /// <param name="allowedLength">How long a repetition may be without a penalty, from 0. The default is 2.</param>
    /// <param name="window">How many of the last tokens it looks at; 0 or less turns it off. The default is 64.</param>
    /// <param name="breakers">
    /// Texts that end a repetition, none of them empty, of which the first 40 bytes count; null for
    /// <see cref="DefaultBreakers"/>.
    /// </param>
    /// <exception cref="ArgumentException">A breaker is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range, infinite or NaN.</exception>
    public DrySampler(
        ITokenizer tokenizer,
        float multiplier,
        float @base = 1.75f,
        int allowedLength = 2,
        int window = 64,
        IEnumerable<string>? breakers = null)
        : this(
            new SequenceBreakers(tokenizer, [.. breakers ?? DefaultBreakers]),
            Require.Finite(multiplier),
            Require.Finite(@base),
            Require.AtLeast(allowedLength, 0),
            Math.Max(window, 0))
    {
    }

    private DrySampler(SequenceBreakers breakers, float multiplier, float @base, int allowedLength, int window)
    {
        _breakers = breakers;
        (Multiplier, Base, AllowedLength, Window) = (multiplier, @base, allowedLength, window);
        _last = new int[IsOff ? 0 : window];
        _repeats = new int[_last.Length];
    }

    /// <summary>The penalty of a repetition of the allowed length.</summary>
    public float Multiplier { get; }

    /// <summary>What the penalty grows by a token.</summary>
    public float Base { get; }

    /// <summary>How long a repetition may be without a penalty.</summary>
    public int AllowedLength { get; }

    /// <summary>How many of the last tokens it looks at; 0 where the sampler is off.</summary>
    public int Window { get; }

    private bool IsOff => Multiplier == 0 || Base < 1 || Window == 0;

    /// <inheritdoc/>
    public void Apply(ref Candidates candidates)
    {
        if (_count <= AllowedLength)
        {
            return;
        }

        var limit = LongestRepeat();
        if (limit < AllowedLength)
        {
            return;
        }

        FindRepeats(limit);
        _longest.Clear();
        for (var back = _count - 1; back >= 1; back--)
        {
            if (_repeats[back] >= AllowedLength)
            {
                ref var longest = ref CollectionsMarshal.GetValueRefOrAddDefault(_longest, Last(back - 1), out _);
                longest = Math.Max(longest, _repeats[back]);
            }
        }

        if (_longest.Count > 0)
        {
            Penalize(candidates.Logits, in candidates);
        }
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        if (_last.Length > 0)
        {
            _last[_next] = token;
            _next = (_next + 1) % _last.Length;
            _count = Math.Min(_count + 1, _last.Length);
        }
    }

    /// <inheritdoc/>
    public void Reset() => _count = _next = 0;

    /// <inheritdoc/>
    public ISampler Clone()
    {
        var clone = new DrySampler(_breakers.Clone(), Multiplier, Base, AllowedLength, Window) { _count = _count, _next = _next };
        _last.CopyTo(clone._last, 0);
        return clone;
    }

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>dry(0.8, base 1.75, allowed length 2, last 64)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"dry({Multiplier}, base {Base}, allowed length {AllowedLength}, last {Window})");

    /// <summary>A token by how long ago it came: 0 for the last.</summary>
    private int Last(int back)
    {
        var at = _next - 1 - back;
        return _last[at < 0 ? at + _last.Length : at];
    }

    /// <summary>How many tokens came since the last breaker: no repetition may be longer.</summary>
    private int LongestRepeat()
    {
        for (var back = 0; back < _count; back++)
        {
            var longest = -1;
            foreach (var rest in _breakers.RestsAfter(Last(back)))
            {
                if (rest.Length > longest && rest.Length <= back && IsAt(rest, back))
                {
                    longest = rest.Length;
                }
            }

            if (longest >= 0)
            {
                return back - longest;
            }
        }

        return _count;
    }

    private bool IsAt(int[] rest, int back)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] != Last(back - i - 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Finds how many of the last tokens stand at each earlier place as well, by the Z-algorithm: Gusfield (1997),
    /// "Algorithms on Strings, Trees, and Sequences".
    /// </summary>
    private void FindRepeats(int limit)
    {
        var (start, end) = (0, 0); // the stretch that reaches farthest back and repeats the last tokens
        for (var back = 1; back < _count; back++)
        {
            var known = back < end ? Math.Min(_repeats[back - start], end - back) : 0;
            var length = known;
            if (back + known >= end)
            {
                while (back + length < _count && Last(length) == Last(back + length))
                {
                    length++;
                }
            }

            if (back + length > end)
            {
                (start, end) = (back, back + length);
            }

            _repeats[back] = length;
        }

        for (var back = 1; back < _count; back++)
        {
            _repeats[back] = Math.Min(_repeats[back], limit);
        }
    }

    private void Penalize(Span<float> logits, in Candidates candidates)
    {
        const float LogOfMax = 88.7228391f;
        var highest = Base > 1.000001f ? (int)(LogOfMax / MathF.Log(Base)) : 0;
        foreach (var (token, length) in _longest)
        {
            var index = candidates.IndexOf(token);
            if (index >= 0 && !_breakers.HoldsOne(token))
            {
                var exponent = length - AllowedLength;
                exponent = highest > 0 ? Math.Min(exponent, highest) : exponent;
                logits[index] -= (float)(Multiplier * Math.Pow(Base, exponent));
            }
        }
    }
}
