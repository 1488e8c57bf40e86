using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Lamina.Sampling;

/// <summary>How the next token is chosen. The defaults are llama.cpp's.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// Divides the logits: a finite number of at least 0. 0 always chooses the most probable token, and then
    /// <see cref="TopK"/>, <see cref="TopP"/>, <see cref="MinP"/> and <see cref="Seed"/> have no effect. The default is
    /// 0.8.
    /// </summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Keeps that many of the most probable tokens; 0 or less keeps all. The default is 40.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>
    /// Keeps the fewest most probable tokens that together have this probability, from 0 to 1; 1 keeps all. The default
    /// is 0.95.
    /// </summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>
    /// Keeps the tokens that are at least this many times as probable as the most probable one, from 0 to 1; 0 keeps
    /// all. The default is 0.05.
    /// </summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>
    /// Divides positive logits, and multiplies others, of tokens among the last <see cref="PenaltyWindow"/>: a finite
    /// number above 0; 1, the default, turns it off.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>
    /// Is subtracted from a token's logit for each time that it occurs among the last <see cref="PenaltyWindow"/>: a
    /// finite number; 0, the default, turns it off.
    /// </summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>
    /// Is subtracted once from the logit of every token among the last <see cref="PenaltyWindow"/>: a finite number; 0,
    /// the default, turns it off.
    /// </summary>
    public float PresencePenalty { get; init; }

    /// <summary>
    /// How many of the last tokens, prompt included, the penalties look at; 0 or less turns them off. The default is
    /// 64.
    /// </summary>
    public int PenaltyWindow { get; init; } = 64;

    /// <summary>
    /// What to add to the logits of tokens, by token id: a finite number, or negative infinity to ban the token. Empty
    /// by default.
    /// </summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = ImmutableDictionary<int, float>.Empty;

    /// <summary>
    /// The seed of the random numbers, any value; the same seed on the same logits chooses the same tokens. Null, the
    /// default, takes a random one.
    /// </summary>
    public uint? Seed { get; init; }

    /// <summary>Lists everything that is wrong with the options.</summary>
    /// <param name="vocabularySize">How many tokens the model has, or null where that is not known.</param>
    /// <returns>One sentence a fault.</returns>
    internal IEnumerable<string> Faults(int? vocabularySize = null)
    {
        if (!(float.IsFinite(Temperature) && Temperature >= 0))
        {
            yield return Wrong(nameof(Temperature), Temperature, "a finite number of at least 0");
        }

        if (!(TopP >= 0 && TopP <= 1))
        {
            yield return Wrong(nameof(TopP), TopP, "a number from 0 to 1");
        }

        if (!(MinP >= 0 && MinP <= 1))
        {
            yield return Wrong(nameof(MinP), MinP, "a number from 0 to 1");
        }

        if (!(float.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0))
        {
            yield return Wrong(nameof(RepetitionPenalty), RepetitionPenalty, "a finite number above 0");
        }

        if (!float.IsFinite(FrequencyPenalty))
        {
            yield return Wrong(nameof(FrequencyPenalty), FrequencyPenalty, "a finite number");
        }

        if (!float.IsFinite(PresencePenalty))
        {
            yield return Wrong(nameof(PresencePenalty), PresencePenalty, "a finite number");
        }

        if (LogitBias is null)
        {
            yield return "SamplingOptions.LogitBias was null; it must be a dictionary, which may be empty.";
            yield break;
        }

        foreach (var (token, bias) in LogitBias)
        {
            if (token < 0 || token >= vocabularySize)
            {
                var range = vocabularySize is null ? "at least 0" : $"from 0 to {vocabularySize - 1}";
                yield return $"SamplingOptions.LogitBias was given for token {token}; a token's id must be {range}.";
            }

            if (!(bias < float.PositiveInfinity))
            {
                yield return Wrong($"{nameof(LogitBias)}[{token}]", bias, "a finite number or negative infinity");
            }
        }
    }

    /// <summary>Makes the samplers that the options ask for, in llama.cpp's order.</summary>
    internal IEnumerable<ISampler> CreateSamplers()
    {
        if (LogitBias.Count > 0)
        {
            yield return new LogitBiasSampler(LogitBias);
        }

        if (PenaltyWindow > 0 && (RepetitionPenalty != 1 || FrequencyPenalty != 0 || PresencePenalty != 0))
        {
            yield return new PenaltySampler(PenaltyWindow, RepetitionPenalty, FrequencyPenalty, PresencePenalty);
        }

        if (Temperature == 0)
        {
            yield return new GreedySampler();
            yield break;
        }

        if (TopK > 0)
        {
            yield return new TopKSampler(TopK);
        }

        if (TopP < 1)
        {
            yield return new TopPSampler(TopP);
        }

        if (MinP > 0)
        {
            yield return new MinPSampler(MinP);
        }

        if (Temperature != 1)
        {
            yield return new TemperatureSampler(Temperature);
        }

        yield return new DistributionSampler(Seed ?? RandomSeed());
    }

    private static uint RandomSeed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt32(bytes);
    }

    private static string Wrong(string name, float value, string right) => string.Create(
        CultureInfo.InvariantCulture, $"{nameof(SamplingOptions)}.{name} was {value}; it must be {right}.");
}
