namespace Lamina.Sampling;

/// <summary>Adds a number to the logits of given tokens, to favour, to disfavour or to ban them.</summary>
public sealed class LogitBiasSampler : ISampler
{
    private readonly KeyValuePair<int, float>[] _biases;

    /// <summary>Creates the sampler.</summary>
    /// <param name="biases">
    /// What to add to which token's logit, in natural logarithms: any finite number, or negative infinity, which bans
    /// the token. A token that is no candidate is passed over. The dictionary is copied.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token id is negative, or a bias is NaN or positive infinity.
    /// </exception>
    public LogitBiasSampler(IReadOnlyDictionary<int, float> biases)
    {
        ArgumentNullException.ThrowIfNull(biases);
        _biases = [.. biases];
        foreach (var (token, bias) in _biases)
        {
            if (token < 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(biases), token, $"Token {token} has a bias; a token id must be at least 0.");
            }

            if (!(bias < float.PositiveInfinity))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(biases), bias, FormattableString.Invariant(
                        $"The bias of token {token} was {bias}; it must be a finite number or negative infinity."));
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(ref Candidates candidates)
    {
        if (_biases.Length == 0)
        {
            return;
        }

        var logits = candidates.Logits;
        foreach (var (token, bias) in _biases)
        {
            var index = candidates.IndexOf(token);
            if (index >= 0)
            {
                logits[index] += bias;
            }
        }
    }

    /// <summary>The name of the sampler and how many tokens have a bias.</summary>
    /// <returns>Text such as <c>logit-bias(3 tokens)</c>.</returns>
    public override string ToString() => $"logit-bias({_biases.Length} tokens)";
}
