using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace Lamina.Sampling;

/// <content>What our own samplers and the pipeline use beyond the public members.</content>
public ref partial struct Candidates
{
    /// <summary>The ids of the tokens without filling them in: empty while candidate i is token i.</summary>
    internal readonly ReadOnlySpan<int> CurrentTokens => _tokens is null ? [] : _tokens.AsSpan(0, Count);

    /// <summary>How many tokens the model has.</summary>
    internal readonly int VocabularySize => _source.Length;

    /// <summary>The highest logit.</summary>
    /// <exception cref="LaminaException">A logit is NaN, or all are negative infinity.</exception>
    internal readonly float Max()
    {
        var logits = CurrentLogits;
        var max = IsSorted && Count > 0 ? logits[0] : LogitScan.Max(logits);
        if (!(max > float.NegativeInfinity))
        {
            ThrowUnusable(max);
        }

        return max;
    }

    /// <summary>Writes the exponentials of all logits relative to the highest.</summary>
    /// <returns>Their sum, of single precision and in the candidates' order.</returns>
    internal readonly float Exponentials(float max, Span<float> exponentials)
    {
        var logits = CurrentLogits;
        var sum = 0f;
        for (var i = 0; i < logits.Length; i++)
        {
            var exponential = Exponential(logits[i], max);
            exponentials[i] = exponential;
            sum += exponential;
        }

        return sum;
    }

    /// <summary>The exponential of a logit relative to the highest, also where either is infinite.</summary>
    internal static float Exponential(float logit, float max)
    {
        const float Underflow = -104f;
        var difference = logit - max;
        if (difference >= Underflow)
        {
            return MathF.Exp(difference);
        }

        return float.IsNaN(difference) ? 1f : 0f;
    }

    /// <summary>Counts the candidates whose logit is at least a bound.</summary>
    internal readonly int CountAtLeast(float logit) => LogitScan.CountAtLeast(CurrentLogits, logit);

    /// <summary>Finds the best candidates, as sorted keys of <see cref="TopSelection"/>, and changes nothing.</summary>
    /// <returns>How many were sorted, at least <paramref name="count"/>.</returns>
    internal readonly int SelectTop(int count, Span<ulong> keys)
    {
        var sorted = TopSelection.Select(CurrentLogits, CurrentTokens, count, keys);
        if (sorted < 0)
        {
            ThrowUnusable(float.NaN);
        }

        return sorted;
    }

    /// <summary>Makes keys of <see cref="TopSelection"/> the candidates.</summary>
    internal void Replace(scoped ReadOnlySpan<ulong> keys, bool isSorted)
    {
        _tokens ??= ArrayPool<int>.Shared.Rent(_source.Length);
        _logits ??= ArrayPool<float>.Shared.Rent(_source.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            _tokens[i] = TopSelection.TokenOf(keys[i]);
            _logits[i] = TopSelection.LogitOf(keys[i]);
        }

        Count = keys.Length;
        _selected = -1;
        _isSorted = isSorted;
        _isExposed = false;
    }

    /// <summary>Gives tokens a logit of negative infinity, while the candidates are the whole vocabulary.</summary>
    internal void RuleOut(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            return;
        }

        var logits = Logits;
        foreach (var token in tokens)
        {
            logits[token] = float.NegativeInfinity;
        }

        EndTurn();
    }

    /// <summary>Drops the first candidates; the others keep their order, logits and probabilities.</summary>
    internal void RemoveFirst(int count)
    {
        var isSorted = IsSorted;
        var left = Count - count;
        Tokens[count..].CopyTo(Tokens);
        Logits[count..].CopyTo(Logits);
        Probabilities[count..].CopyTo(Probabilities);
        Truncate(left);
        _isSorted = isSorted;
        _isExposed = false;
    }

    /// <summary>Ends a sampler's turn: spans that it took are no longer in use.</summary>
    internal void EndTurn()
    {
        _isSorted = IsSorted;
        _isExposed = false;
    }

    /// <summary>Gives the buffers back to the pool.</summary>
    internal void Release()
    {
        if (_tokens is not null)
        {
            ArrayPool<int>.Shared.Return(_tokens);
        }

        if (_logits is not null)
        {
            ArrayPool<float>.Shared.Return(_logits);
        }

        if (_probabilities is not null)
        {
            ArrayPool<float>.Shared.Return(_probabilities);
        }

        this = default;
    }

    [DoesNotReturn]
    private readonly void ThrowUnusable(float max)
    {
        if (!float.IsNaN(max))
        {
            throw new LaminaException(
                "sample",
                $"Of {Count} candidates none has a logit above negative infinity; one must be left to choose.");
        }

        throw new LaminaException("sample", TensorPrimitives.IsNaNAny(_source)
            ? "The model produced NaN among its logits; its weights are damaged or its computation overflowed."
            : "A sampler made a logit NaN; a logit must be a number or negative infinity.");
    }
}
