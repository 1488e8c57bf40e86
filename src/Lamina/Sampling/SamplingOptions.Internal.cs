using System.Globalization;
using System.Security.Cryptography;
using Lamina.Runtime;

namespace Lamina.Sampling;

/// <content>What is wrong with options, and the samplers that they ask for.</content>
public sealed partial record SamplingOptions
{
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

        foreach (var fault in ShapingFaults())
        {
            yield return fault;
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
    /// <param name="tokenizer">The model's; needed for <see cref="DryMultiplier"/>.</param>
    internal IEnumerable<ISampler> CreateSamplers(ITokenizer? tokenizer)
    {
        var seed = Seed ?? RandomSeed();
        if (LogitBias.Count > 0)
        {
            yield return new LogitBiasSampler(LogitBias);
        }

        if (Mirostat != MirostatAlgorithm.None && Temperature > 0)
        {
            yield return InitialTemperature is { } hot
                ? new InitialTemperatureSampler(hot, new TemperatureSampler(Temperature))
                : new TemperatureSampler(Temperature);
            yield return Mirostat == MirostatAlgorithm.First
                ? new MirostatSampler(seed, MirostatTau, MirostatEta)
                : new Mirostat2Sampler(seed, MirostatTau, MirostatEta);
            yield break;
        }

        if (PenaltyWindow > 0 && (RepetitionPenalty != 1 || FrequencyPenalty != 0 || PresencePenalty != 0))
        {
            yield return new PenaltySampler(PenaltyWindow, RepetitionPenalty, FrequencyPenalty, PresencePenalty);
        }

        if (DryMultiplier != 0 && DryWindow > 0)
        {
            yield return new DrySampler(
                tokenizer ?? throw new ArgumentNullException(nameof(tokenizer), "SamplingOptions.DryMultiplier needs the model's tokenizer."),
                DryMultiplier,
                DryBase,
                DryAllowedLength,
                DryWindow,
                DryBreakers);
        }

        if (Temperature == 0)
        {
            yield return new GreedySampler();
            yield break;
        }

        foreach (var sampler in CreateTruncation(seed))
        {
            yield return sampler;
        }

        if (CreateTemperature() is { } temperature)
        {
            yield return temperature;
        }

        yield return AdaptiveTarget is { } target
            ? new AdaptivePSampler(target, AdaptiveDecay, seed)
            : new DistributionSampler(seed);
    }

    private ISampler? CreateTemperature()
    {
        ISampler? regular = DynamicTemperatureRange > 0
            ? new DynamicTemperatureSampler(Temperature, DynamicTemperatureRange, DynamicTemperatureExponent)
            : Temperature != 1 ? new TemperatureSampler(Temperature) : null;
        return InitialTemperature is { } initial ? new InitialTemperatureSampler(initial, regular) : regular;
    }

    /// <summary>What leaves fewer candidates.</summary>
    private IEnumerable<ISampler> CreateTruncation(uint seed)
    {
        if (TopNSigma > 0)
        {
            yield return new TopNSigmaSampler(TopNSigma);
        }

        if (TopK > 0)
        {
            yield return new TopKSampler(TopK);
        }

        if (TypicalP < 1)
        {
            yield return new TypicalSampler(TypicalP);
        }

        if (TopP < 1)
        {
            yield return new TopPSampler(TopP);
        }

        if (MinP > 0)
        {
            yield return new MinPSampler(MinP);
        }

        if (XtcProbability > 0)
        {
            yield return new XtcSampler(XtcProbability, XtcThreshold, seed: seed);
        }
    }

    private IEnumerable<string> ShapingFaults() =>
    [
        .. Check(InitialTemperature is null or (> 0 and < float.PositiveInfinity), nameof(InitialTemperature), InitialTemperature ?? 0, "null or a finite number above 0"),
        .. Check(DynamicTemperatureRange >= 0 && float.IsFinite(DynamicTemperatureRange), nameof(DynamicTemperatureRange), DynamicTemperatureRange, "a finite number of at least 0"),
        .. Check(float.IsFinite(DynamicTemperatureExponent), nameof(DynamicTemperatureExponent), DynamicTemperatureExponent, "a finite number"),
        .. Check(float.IsFinite(TopNSigma), nameof(TopNSigma), TopNSigma, "a finite number"),
        .. Check(TypicalP is >= 0 and <= 1, nameof(TypicalP), TypicalP, "a number from 0 to 1"),
        .. Check(XtcProbability is >= 0 and <= 1, nameof(XtcProbability), XtcProbability, "a number from 0 to 1"),
        .. Check(XtcThreshold is >= 0 and <= 1, nameof(XtcThreshold), XtcThreshold, "a number from 0 to 1"),
        .. Check(float.IsFinite(DryMultiplier), nameof(DryMultiplier), DryMultiplier, "a finite number"),
        .. Check(DryBase >= 1 && float.IsFinite(DryBase), nameof(DryBase), DryBase, "a finite number of at least 1"),
        .. Check(DryAllowedLength >= 0, nameof(DryAllowedLength), DryAllowedLength, "at least 0"),
        .. Check(Enum.IsDefined(Mirostat), nameof(Mirostat), (int)Mirostat, "one of MirostatAlgorithm"),
        .. Check(float.IsFinite(MirostatTau), nameof(MirostatTau), MirostatTau, "a finite number"),
        .. Check(float.IsFinite(MirostatEta), nameof(MirostatEta), MirostatEta, "a finite number"),
        .. Check(AdaptiveTarget is null or (>= 0 and <= 1), nameof(AdaptiveTarget), AdaptiveTarget ?? 0, "null or a number from 0 to 1"),
        .. Check(AdaptiveDecay is >= 0 and <= 0.99f, nameof(AdaptiveDecay), AdaptiveDecay, "a number from 0 to 0.99"),
        .. DryBreakers is not null && DryBreakers.All(text => !string.IsNullOrEmpty(text)) ? Array.Empty<string>()
            : ["SamplingOptions.DryBreakers was null or held an empty text; it must be a list of texts, which may be empty itself."],
    ];

    private static string[] Check(bool isRight, string name, float value, string right) => isRight ? [] : [Wrong(name, value, right)];

    private static uint RandomSeed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt32(bytes);
    }

    private static string Wrong(string name, float value, string right) => string.Create(
        CultureInfo.InvariantCulture, $"{nameof(SamplingOptions)}.{name} was {value}; it must be {right}.");
}
