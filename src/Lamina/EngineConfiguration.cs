using System.Text.Json;
using Lamina.Constraints;
using Lamina.Placement;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Microsoft.Extensions.Configuration;

namespace Lamina;

/// <summary>Reads engines from configuration. What is written there and not known is refused, since it is a typo.</summary>
internal static class EngineConfiguration
{
    /// <summary>Reads a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="except">A name in it that is not the engine's, or null.</param>
    /// <exception cref="InvalidOperationException">A value cannot be read, or a name is not known.</exception>
    public static EngineRegistration Read(IConfiguration section, string? except = null) =>
        new SectionReader(section).ReadAll(
            read => new EngineRegistration
            {
                ModelPath = read.Text(nameof(EngineRegistration.ModelPath), ""),
                Engine = read.Section(nameof(EngineRegistration.Engine), ReadEngine, new()),
            },
            except);

    private static EngineOptions ReadEngine(SectionReader read) => new()
    {
        ContextSize = read.Optional<int>(nameof(EngineOptions.ContextSize)),
        MaxSequences = read.Optional<int>(nameof(EngineOptions.MaxSequences)),
        KvLayout = read.Choice(nameof(EngineOptions.KvLayout), KvLayout.Auto),
        CacheTokens = read.Optional<int>(nameof(EngineOptions.CacheTokens)),
        KeyCacheType = read.Choice(nameof(EngineOptions.KeyCacheType), KvCacheType.F16),
        ValueCacheType = read.Choice(nameof(EngineOptions.ValueCacheType), KvCacheType.F16),
        FlashAttention = read.Choice(nameof(EngineOptions.FlashAttention), FlashAttention.Auto),
        HostCacheBytes = read.Optional<long>(nameof(EngineOptions.HostCacheBytes)),
        PrefixCache = read.Flag(nameof(EngineOptions.PrefixCache), true),
        Scheduling = ReadPolicy(read),
        BatchSize = read.Optional<int>(nameof(EngineOptions.BatchSize)),
        MicroBatchSize = read.Optional<int>(nameof(EngineOptions.MicroBatchSize)),
        Threads = read.Optional<int>(nameof(EngineOptions.Threads)),
        BatchThreads = read.Optional<int>(nameof(EngineOptions.BatchThreads)),
        Devices = read.Section<DevicePlacement?>(nameof(EngineOptions.Devices), ReadDevices, null),
        Cpu = read.Section<CpuPlacement?>(nameof(EngineOptions.Cpu), ReadCpu, null),
        MemoryLimit = read.Optional<long>(nameof(EngineOptions.MemoryLimit)),
        CheckTensors = read.Flag(nameof(EngineOptions.CheckTensors), false),
        Quantization = read.Section<LoadTimeQuantization?>(nameof(EngineOptions.Quantization), ReadQuantization, null),
        Generation = read.Section<GenerationOptions?>(nameof(EngineOptions.Generation), ReadGeneration, null),
    };

    private static CpuPlacement ReadCpu(SectionReader read)
    {
        var defaults = new CpuPlacement();
        return new()
        {
            Affinity = read.OptionalCpus(nameof(defaults.Affinity)),
            PinThreads = read.Flag(nameof(defaults.PinThreads), defaults.PinThreads),
            Priority = read.Choice(nameof(defaults.Priority), defaults.Priority),
            Polling = read.Number(nameof(defaults.Polling), defaults.Polling),
            MemoryNode = read.Optional<int>(nameof(defaults.MemoryNode)),
            NumaStrategy = read.Choice(nameof(defaults.NumaStrategy), defaults.NumaStrategy),
        };
    }

    /// <summary>A profile goes by its name; an importance matrix is nothing for configuration.</summary>
    private static LoadTimeQuantization ReadQuantization(SectionReader read)
    {
        var name = read.Text(nameof(LoadTimeQuantization.Profile), nameof(ProfileChoice.Fastest));
        try
        {
            return new()
            {
                Profile = string.Equals(name, nameof(ProfileChoice.Fastest), StringComparison.OrdinalIgnoreCase) ? null : QuantizationProfile.Get(name),
                CacheFolder = read.OptionalText(nameof(LoadTimeQuantization.CacheFolder)),
                Options = new()
                {
                    AllowRequantize = read.Flag(nameof(QuantizationOptions.AllowRequantize), false),
                    Threads = read.Optional<int>(nameof(QuantizationOptions.Threads)),
                },
            };
        }
        catch (ArgumentException exception)
        {
            throw read.Wrong(exception.Message, exception);
        }
    }

    private static DevicePlacement ReadDevices(SectionReader read)
    {
        var defaults = DevicePlacement.Auto;
        return new()
        {
            Choice = read.Choice(nameof(defaults.Choice), defaults.Choice),
            Names = [.. read.Texts(nameof(defaults.Names), defaults.Names)],
            Layers = read.Optional<int>(nameof(defaults.Layers)),
            Split = read.Choice(nameof(defaults.Split), defaults.Split),
            Shares = [.. read.List<float>(nameof(defaults.Shares))],
            MainDevice = read.OptionalText(nameof(defaults.MainDevice)),
            Tensors = [.. read.Sections(nameof(defaults.Tensors), ReadTensor)],
            KvOnDevice = read.Flag(nameof(defaults.KvOnDevice), defaults.KvOnDevice),
        };
    }

    private static TensorPlacement ReadTensor(SectionReader read) =>
        new(read.Text(nameof(TensorPlacement.Pattern), ""), read.Text(nameof(TensorPlacement.Device), ""));

    private static GenerationOptions ReadGeneration(SectionReader read)
    {
        var defaults = new GenerationOptions();
        return new()
        {
            MaxTokens = read.Optional<int>(nameof(defaults.MaxTokens)),
            MinTokens = read.Number(nameof(defaults.MinTokens), defaults.MinTokens),
            Stop = read.Texts(nameof(defaults.Stop), defaults.Stop),
            BannedPhrases = read.Texts(nameof(defaults.BannedPhrases), defaults.BannedPhrases),
            Sampling = read.Section(nameof(defaults.Sampling), ReadSampling, defaults.Sampling),
            Constraint = read.Section<Constraint?>(nameof(defaults.Constraint), ReadConstraint, null),
            Guidance = read.Section<Guidance?>(nameof(defaults.Guidance), ReadGuidance, null),
            TopLogProbabilities = read.Optional<int>(nameof(defaults.TopLogProbabilities)),
            Overflow = ReadOverflow(read, defaults.Overflow),
            Priority = read.Number(nameof(defaults.Priority), defaults.Priority),
            ExpectedTokens = read.Optional<int>(nameof(defaults.ExpectedTokens)),
            Tenant = read.OptionalText(nameof(defaults.Tenant)),
            OnCancel = read.Choice(nameof(defaults.OnCancel), defaults.OnCancel),
        };
    }

    private static Constraint? ReadConstraint(SectionReader read)
    {
        try
        {
            Constraint?[] given =
            [
                read.OptionalText(nameof(Constraint.JsonSchema)) is { } schema ? Constraint.JsonSchema(schema) : null,
                read.OptionalText(nameof(Constraint.Grammar)) is { } grammar ? Constraint.Grammar(grammar) : null,
                read.OptionalText(nameof(Constraint.Regex)) is { } pattern ? Constraint.Regex(pattern) : null,
                read.OptionalTexts(nameof(Constraint.Choice)) is { } choices ? Constraint.Choice(choices) : null,
                read.Flag(nameof(Constraint.Json), false) ? Constraint.Json : null,
            ];
            Constraint[] found = [.. given.OfType<Constraint>()];
            return found.Length <= 1 ? found.SingleOrDefault() : throw read.Wrong("more than one constraint; give one of them");
        }
        catch (Exception e) when (e is ArgumentException or JsonException or SchemaException or GrammarException)
        {
            throw read.Wrong($"a constraint that cannot be used: {e.Message}", e);
        }
    }

    private static Guidance ReadGuidance(SectionReader read) => new(read.Text(nameof(Guidance.Prompt), ""))
    {
        Scale = read.Number(nameof(Guidance.Scale), 1.5f),
        Plausibility = read.Number(nameof(Guidance.Plausibility), 0f),
    };

    private static ISchedulingPolicy? ReadPolicy(SectionReader read) =>
        read.Choice(nameof(EngineOptions.Scheduling), PolicyName.FirstComeFirstServed) switch
        {
            PolicyName.ShortestFirst => new ShortestFirstPolicy(),
            PolicyName.Priority => new PriorityPolicy(),
            _ => null,
        };

    private static ContextOverflow ReadOverflow(SectionReader read, ContextOverflow fallback) =>
        read.Choice(nameof(GenerationOptions.Overflow), fallback.Action) switch
        {
            OverflowAction.Fail => ContextOverflow.Fail,
            OverflowAction.Shift => ContextOverflow.Shift(keepTokens: 4),
            _ => ContextOverflow.Stop,
        };

    private static SamplingOptions ReadSampling(SectionReader read)
    {
        var defaults = new SamplingOptions();
        return new()
        {
            Temperature = read.Number(nameof(defaults.Temperature), defaults.Temperature),
            InitialTemperature = read.Optional<float>(nameof(defaults.InitialTemperature)),
            TopK = read.Number(nameof(defaults.TopK), defaults.TopK),
            TopP = read.Number(nameof(defaults.TopP), defaults.TopP),
            MinP = read.Number(nameof(defaults.MinP), defaults.MinP),
            RepetitionPenalty = read.Number(nameof(defaults.RepetitionPenalty), defaults.RepetitionPenalty),
            FrequencyPenalty = read.Number(nameof(defaults.FrequencyPenalty), defaults.FrequencyPenalty),
            PresencePenalty = read.Number(nameof(defaults.PresencePenalty), defaults.PresencePenalty),
            PenaltyWindow = read.Number(nameof(defaults.PenaltyWindow), defaults.PenaltyWindow),
            DynamicTemperatureRange = read.Number(nameof(defaults.DynamicTemperatureRange), defaults.DynamicTemperatureRange),
            DynamicTemperatureExponent = read.Number(nameof(defaults.DynamicTemperatureExponent), defaults.DynamicTemperatureExponent),
            TopNSigma = read.Number(nameof(defaults.TopNSigma), defaults.TopNSigma),
            TypicalP = read.Number(nameof(defaults.TypicalP), defaults.TypicalP),
            XtcProbability = read.Number(nameof(defaults.XtcProbability), defaults.XtcProbability),
            XtcThreshold = read.Number(nameof(defaults.XtcThreshold), defaults.XtcThreshold),
            DryMultiplier = read.Number(nameof(defaults.DryMultiplier), defaults.DryMultiplier),
            DryBase = read.Number(nameof(defaults.DryBase), defaults.DryBase),
            DryAllowedLength = read.Number(nameof(defaults.DryAllowedLength), defaults.DryAllowedLength),
            DryWindow = read.Number(nameof(defaults.DryWindow), defaults.DryWindow),
            DryBreakers = read.Texts(nameof(defaults.DryBreakers), defaults.DryBreakers),
            Mirostat = read.Choice(nameof(defaults.Mirostat), defaults.Mirostat),
            MirostatTau = read.Number(nameof(defaults.MirostatTau), defaults.MirostatTau),
            MirostatEta = read.Number(nameof(defaults.MirostatEta), defaults.MirostatEta),
            AdaptiveTarget = read.Optional<float>(nameof(defaults.AdaptiveTarget)),
            AdaptiveDecay = read.Number(nameof(defaults.AdaptiveDecay), defaults.AdaptiveDecay),
            Order = read.OptionalTexts(nameof(defaults.Order)),
            LogitBias = read.Numbers(nameof(defaults.LogitBias), defaults.LogitBias),
            Seed = read.Optional<uint>(nameof(defaults.Seed)),
        };
    }

    private enum PolicyName
    {
        FirstComeFirstServed,
        ShortestFirst,
        Priority,
    }
}
