using System.Globalization;
using System.Security.Cryptography;
using Lamina.Runtime;

namespace Lamina.Sampling;

/// <content>What is wrong with options, and the samplers that they ask for.</content>
public sealed partial record SamplingOptions
{
    /// <summary>Whether the order is that of llama.cpp with Mirostat.</summary>
    internal bool IsMirostat => Order is null && Mirostat != MirostatAlgorithm.None && Temperature > 0;

    /// <summary>Lists everything that is wrong with the options.</summary>
    /// <param name="vocabularySize">How many tokens the model has, or null where that is not known.</param>
    /// <param name="catalog">The samplers that there are; null for the built-in ones.</param>
    /// <returns>One sentence a fault.</returns>
    internal IEnumerable<string> Faults(int? vocabularySize = null, SamplerCatalog? catalog = null)
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

        foreach (var fault in ShapingFaults().Concat(OrderFaults(catalog ?? SamplerCatalog.BuiltIn)))
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

    /// <summary>Makes the samplers that the options ask for, in their order.</summary>
    /// <param name="tokenizer">The model's; needed for <see cref="DryMultiplier"/> and for samplers of an app.</param>
    /// <param name="catalog">The samplers that there are.</param>
    internal IEnumerable<ISampler> CreateSamplers(ITokenizer? tokenizer, SamplerCatalog catalog)
    {
        var options = this with { Seed = Seed ?? RandomSeed() };
        return (Order ?? DefaultOrder()).Select(name => catalog.Create(name, options, tokenizer)).OfType<ISampler>();
    }

    /// <summary>llama.cpp's order.</summary>
    private IReadOnlyList<string> DefaultOrder() => IsMirostat
        ?
        [
            BuiltInSamplers.LogitBias,
            BuiltInSamplers.Temperature,
            Mirostat == MirostatAlgorithm.First ? BuiltInSamplers.Mirostat : BuiltInSamplers.Mirostat2,
        ]
        : [.. BuiltInSamplers.Order, AdaptiveTarget is null ? BuiltInSamplers.Distribution : BuiltInSamplers.AdaptiveP];

    private IEnumerable<string> OrderFaults(SamplerCatalog catalog)
    {
        foreach (var name in Order ?? [])
        {
            if (name is null || !catalog.Contains(name))
            {
                yield return $"SamplingOptions.Order names '{name}', which is no sampler; "
                    + $"there are {string.Join(", ", catalog.Names)}.";
            }
            else if (string.Equals(name, BuiltInSamplers.AdaptiveP, StringComparison.OrdinalIgnoreCase) && AdaptiveTarget is null)
            {
                yield return $"SamplingOptions.Order names '{name}', for which AdaptiveTarget has to be set.";
            }
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
