namespace Lamina.Sampling;

/// <summary>
/// FIRE sampling: divides the logits by a temperature of its own, a very high one, for the first token of the answer, and
/// leaves the others to another sampler. Chen et al. (2024), "Flaming-hot Initiation with Regular Execution Sampling for
/// Large Language Models".
/// </summary>
/// <remarks>
/// The first token is then drawn almost evenly from those that the samplers before it kept, so that answers differ from
/// the start; it belongs behind one that keeps few, such as <see cref="TopKSampler"/> (16 in the paper). The tokens of the
/// prompt do not count.
/// </remarks>
public sealed class InitialTemperatureSampler : ISampler
{
    private readonly ISampler? _then;
    private AnswerLength _answer;

    /// <summary>Creates the sampler.</summary>
    /// <param name="temperature">The temperature of the first token, a finite number above 0; 30 in the paper.</param>
    /// <param name="then">What is applied to the tokens after the first; null for nothing, a temperature of 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0, infinite or NaN.</exception>
    public InitialTemperatureSampler(float temperature, ISampler? then = null)
    {
        Temperature = Require.FiniteAboveZero(temperature);
        _then = then;
    }

    /// <summary>The temperature of the first token.</summary>
    public float Temperature { get; }

    /// <inheritdoc/>
    /// <exception cref="LaminaException">The sampler of the other tokens threw it.</exception>
    public void Apply(ref Candidates candidates)
    {
        _answer.OnApply();
        if (_answer.Count == 0)
        {
            TemperatureSampler.Divide(ref candidates, Temperature);
        }
        else
        {
            _then?.Apply(ref candidates);
        }
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        _answer.OnAccept();
        _then?.Accept(token);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _answer = default;
        _then?.Reset();
    }

    /// <inheritdoc/>
    public ISampler Clone() => new InitialTemperatureSampler(Temperature, _then?.Clone()) { _answer = _answer };

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>initial temperature(30) then temperature(0.8)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(_then is null
        ? $"initial temperature({Temperature})"
        : (FormattableString)$"initial temperature({Temperature}) then {_then}");
}
