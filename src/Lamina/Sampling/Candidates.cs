using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Lamina.Sampling;

/// <summary>
/// The tokens that may come next, with their logits, as one sampler after another sees them. At first these are the
/// whole vocabulary in order: candidate <c>i</c> is token <c>i</c>.
/// </summary>
/// <remarks>
/// The candidates are parallel arrays, indexed from 0 to <see cref="Count"/>. Nothing is copied from the model's
/// logits until a sampler asks for what it can write to, so a chain that only reads costs no copy. Spans taken from
/// here are invalid after the next call that sorts or drops candidates.
/// </remarks>
public ref partial struct Candidates
{
    private readonly ReadOnlySpan<float> _source;
    private int[]? _tokens;            // null: candidate i is token i
    private float[]? _logits;          // null: the logits are those of the source
    private float[]? _probabilities;
    private bool _isSorted;
    private bool _isExposed;           // somebody holds a writable span of the logits
    private int _selected;

    /// <summary>Starts with the whole vocabulary.</summary>
    /// <param name="logits">
    /// The model's logits, one for each token of the vocabulary, at least one. They are read and never written.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is empty.</exception>
    public Candidates(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty)
        {
            throw new ArgumentException(
                "There were no logits; one for each token of the vocabulary is needed.", nameof(logits));
        }

        _source = logits;
        _selected = -1;
        Count = logits.Length;
    }

    /// <summary>How many candidates are left.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether the logits are known to be in descending order, as sorting leaves them. Edits of the logits are noticed.
    /// </summary>
    public readonly bool IsSorted => _isSorted && (!_isExposed || IsDescending(CurrentLogits));

    /// <summary>
    /// The place of the chosen candidate, or -1 while none is chosen. Sorting and dropping candidates withdraw the
    /// choice. The default is -1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is below -1 or not below <see cref="Count"/>.
    /// </exception>
    public int Selected
    {
        readonly get => _selected;
        set
        {
            if (value < -1 || value >= Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, $"Selected must be -1 or the place of one of the {Count} candidates.");
            }

            _selected = value;
        }
    }

    /// <summary>The ids of the candidates' tokens, for reading and for moving candidates about.</summary>
    public Span<int> Tokens
    {
        get
        {
            if (_tokens is null)
            {
                _tokens = ArrayPool<int>.Shared.Rent(_source.Length);
                LogitScan.FillAscending(_tokens.AsSpan(0, Count));
            }

            return _tokens.AsSpan(0, Count);
        }
    }

    /// <summary>
    /// The logits of the candidates, to read and to write: natural logarithms of the probabilities, up to a constant.
    /// Negative infinity rules a candidate out. <see cref="CurrentLogits"/> is cheaper where reading is enough.
    /// </summary>
    public Span<float> Logits
    {
        get
        {
            if (_logits is null)
            {
                var logits = ArrayPool<float>.Shared.Rent(_source.Length);
                _source[..Count].CopyTo(logits);
                _logits = logits;
            }

            _isExposed = true;
            return _logits.AsSpan(0, Count);
        }
    }

    /// <summary>The logits of the candidates, to read only; never makes a copy.</summary>
    public readonly ReadOnlySpan<float> CurrentLogits => _logits is null ? _source[..Count] : _logits.AsSpan(0, Count);

    /// <summary>
    /// The probabilities of the candidates, from 0 to 1, as <see cref="Softmax"/> last computed them; they follow no
    /// later edit, sort or drop. All 0 before the first.
    /// </summary>
    public Span<float> Probabilities
    {
        get
        {
            if (_probabilities is null)
            {
                _probabilities = ArrayPool<float>.Shared.Rent(_source.Length);
                _probabilities.AsSpan(0, Count).Clear();
            }

            return _probabilities.AsSpan(0, Count);
        }
    }

    /// <summary>The id of one candidate's token.</summary>
    /// <param name="index">The candidate's place, from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is no candidate's place.</exception>
    public readonly int TokenAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _tokens is null ? index : _tokens[index];
    }

    /// <summary>
    /// Finds a token among the candidates: at once while they are the whole vocabulary in order, by search otherwise.
    /// </summary>
    /// <param name="token">The token's id.</param>
    /// <returns>The candidate's place, or -1 where the token is no candidate.</returns>
    public readonly int IndexOf(int token)
    {
        var isPlace = (uint)token < (uint)Count;
        if (_tokens is null)
        {
            return isPlace ? token : -1;
        }

        return isPlace && _tokens[token] == token ? token : _tokens.AsSpan(0, Count).IndexOf(token);
    }

    /// <summary>Finds the candidate with the highest logit, the first of them where several are equal.</summary>
    /// <returns>The candidate's place.</returns>
    /// <exception cref="LaminaException">
    /// A logit is NaN, or all are negative infinity, or no candidate is left.
    /// </exception>
    public readonly int IndexOfMax()
    {
        // Bits are searched, not floats, because only integers are searched by vectors.
        var max = Max();
        var bits = BitConverter.SingleToInt32Bits(max);
        return IsSorted ? 0 : MemoryMarshal.Cast<float, int>(CurrentLogits).IndexOf(bits);
    }

    /// <summary>Drops all candidates but the first ones.</summary>
    /// <param name="count">How many to keep, from 0 to <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of that range.</exception>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        if (count < Count)
        {
            Count = count;
            _selected = -1;
        }
    }

    /// <summary>Drops all candidates whose logit is below a bound, and leaves the rest in their order.</summary>
    /// <param name="logit">The lowest logit to keep, not NaN.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="logit"/> is NaN.</exception>
    public void KeepAtLeast(float logit)
    {
        Require.Number(logit, float.NegativeInfinity, float.PositiveInfinity);
        var isSorted = IsSorted;
        var keys = ArrayPool<ulong>.Shared.Rent(Count);
        var kept = TopSelection.PackAtLeast(CurrentLogits, CurrentTokens, 0, Count, logit, keys);
        Replace(keys.AsSpan(0, kept), isSorted);
        ArrayPool<ulong>.Shared.Return(keys);
    }

    /// <summary>Sorts the candidates by descending logit and keeps only the first ones.</summary>
    /// <param name="count">How many to keep, at least 1; where fewer are left, all are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="LaminaException">A logit is NaN.</exception>
    public void KeepTop(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        count = Math.Min(count, Count);
        if (IsSorted)
        {
            Truncate(count);
            return;
        }

        var keys = ArrayPool<ulong>.Shared.Rent(Count);
        try
        {
            SelectTop(count, keys);
            Replace(keys.AsSpan(0, count), isSorted: true);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(keys);
        }
    }

    /// <summary>
    /// Sorts the candidates by descending logit; among equal logits the lower token id comes first.
    /// </summary>
    /// <exception cref="LaminaException">A logit is NaN.</exception>
    public void SortDescending()
    {
        if (Count > 0)
        {
            KeepTop(Count);
        }
    }

    /// <summary>
    /// Computes <see cref="Probabilities"/> from the logits, so that they sum to 1. Sums are of single precision in the
    /// candidates' order, as in llama.cpp.
    /// </summary>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    public void Softmax()
    {
        var probabilities = Probabilities;
        var sum = Exponentials(Max(), probabilities);
        TensorPrimitives.Divide(probabilities, sum, probabilities);
    }

    private static bool IsDescending(ReadOnlySpan<float> logits)
    {
        for (var i = 1; i < logits.Length; i++)
        {
            if (!(logits[i - 1] >= logits[i]))
            {
                return false;
            }
        }

        return true;
    }
}
