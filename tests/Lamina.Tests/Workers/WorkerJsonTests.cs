using System.Reflection;
using System.Text.Json;
using Lamina.Constraints;
using Lamina.Placement;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Tokens;
using Lamina.Workers;

namespace Lamina.Tests.Workers;

/// <summary>Options on their way to a worker. A property that was added and does not travel shows here.</summary>
internal sealed class WorkerJsonTests
{
    private static readonly SamplingOptions Sampling = new()
    {
        Temperature = 0.1f, InitialTemperature = 2, TopK = 3, TopP = 0.4f, MinP = 0.5f, RepetitionPenalty = 1.1f,
        FrequencyPenalty = 0.2f, PresencePenalty = 0.3f, PenaltyWindow = 7, DynamicTemperatureRange = 0.6f,
        DynamicTemperatureExponent = 1.5f, TopNSigma = 2, TypicalP = 0.7f, XtcProbability = 0.8f, XtcThreshold = 0.2f,
        DryMultiplier = 0.9f, DryBase = 2, DryAllowedLength = 4, DryWindow = 5, DryBreakers = ["x", "\ud83d\ude00"],
        Mirostat = MirostatAlgorithm.Second, MirostatTau = 4, MirostatEta = 0.3f, AdaptiveTarget = 0.5f, AdaptiveDecay = 0.6f,
        Order = ["top-k", "distribution"], LogitBias = new Dictionary<int, float> { [1] = float.NegativeInfinity, [2] = 0.1f }, Seed = 5,
    };

    private static readonly GenerationOptions Generation = new()
    {
        MaxTokens = 5, MinTokens = 2, Stop = ["a", "b"], BannedPhrases = ["c"], Sampling = Sampling,
        Constraint = Constraint.Regex("a+"), Guidance = new(Prompt.FromMarkup("<s>") + "no") { Scale = 3, Plausibility = 0.1f },
        TopLogProbabilities = 2, Overflow = ContextOverflow.Shift(4), Priority = 1, ExpectedTokens = 6, Tenant = "t",
        OnCancel = CancellationBehavior.Finish,
    };

    private static readonly EngineOptions Engine = new()
    {
        ContextSize = 1, MaxSequences = 2, KvLayout = KvLayout.Shared, CacheTokens = 3, KeyCacheType = KvCacheType.Int8,
        ValueCacheType = KvCacheType.Int4, HostCacheBytes = 4, PrefixCache = false, Scheduling = new ShortestFirstPolicy(7),
        FlashAttention = FlashAttention.Off,
        Cpu = new()
        {
            Affinity = [0, 1, 5], PinThreads = true, Priority = CpuPriority.High, Polling = 7, MemoryNode = 1, NumaStrategy = NumaStrategy.Isolate,
        },
        Devices = new()
        {
            Choice = DeviceChoice.Named, Names = ["Vulkan0", "Vulkan1"], Layers = 3, Split = DeviceSplit.Row, Shares = [0.25f, 0.75f],
            MainDevice = "Vulkan1", Tensors = [new("a*", "CPU")], KvOnDevice = false,
        },
        BatchSize = 5, MicroBatchSize = 6, Threads = 7, BatchThreads = 8, MemoryLimit = 9, CheckTensors = true,
        Quantization = new()
        {
            Profile = QuantizationProfile.Int4 with { Rules = [new("a*", Lamina.Gguf.TensorType.Q8_0)] },
            CacheFolder = "folder",
            Options = new() { AllowRequantize = true, Threads = 3 },
        },
        Generation = Generation,
    };

    [Test]
    public void Options_EveryProperty_Travels()
    {
        var load = Travel(new WorkerMessage.Load("path", Engine, Microsoft.Extensions.Logging.LogLevel.Debug));
        var found = load.Options;
        var (guidance, prompt) = (found.Generation!.Guidance!, Generation.Guidance!.Prompt);
        using (Assert.EnterMultipleScope())
        {
            AssertEach(Engine, new(), found, nameof(EngineOptions.Samplers), nameof(Engine.Generation), nameof(Engine.Scheduling), nameof(Engine.Quantization));
            AssertEach(Generation, new(), found.Generation!, nameof(Generation.Samplers), nameof(Generation.Sampling), nameof(Generation.Constraint), nameof(Generation.Guidance));
            AssertEach(Sampling, new(), found.Generation!.Sampling);
            AssertEach(Engine.Quantization!, new(), found.Quantization!, nameof(LoadTimeQuantization.Profile));
            Assert.That((found.Scheduling as ShortestFirstPolicy)?.TokensPerSecondWaited, Is.EqualTo(7));
            Assert.That(found.Generation.Constraint!.ToString(), Is.EqualTo("regex a+"));
            Assert.That((guidance.Scale, guidance.Plausibility, guidance.Prompt.ToString()), Is.EqualTo((3f, 0.1f, prompt.ToString())));
            Assert.That(guidance.Prompt.Segments.Select(segment => segment.Kind), Is.EqualTo(prompt.Segments.Select(segment => segment.Kind)));
            Assert.That(found.Quantization!.Profile! with { Rules = [] }, Is.EqualTo(Engine.Quantization!.Profile! with { Rules = [] }));
            Assert.That(found.Quantization.Profile.Rules, Is.EqualTo(Engine.Quantization.Profile.Rules));
        }
    }

    [Test]
    public void Options_Defaults_StayDefaults()
    {
        var found = Travel(new WorkerMessage.Load("path", new() { Generation = new() }, default)).Options;
        Assert.That(found with { Generation = null }, Is.EqualTo(new EngineOptions()));
        Assert.That(found.Generation!.Overflow, Is.EqualTo(ContextOverflow.Stop));
        Assert.That(found.Generation.Sampling.DryBreakers, Is.EqualTo(DrySampler.DefaultBreakers));
        Assert.That(found.Generation.Sampling with { DryBreakers = DrySampler.DefaultBreakers, LogitBias = new SamplingOptions().LogitBias }, Is.EqualTo(new SamplingOptions()));
    }

    [Test]
    public void Constraints_OfEachKind_AreMadeAgain()
    {
        var schema = """{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""";
        foreach (var constraint in new[]
        {
            Constraint.Json, Constraint.JsonSchema(schema), Constraint.Regex("a|b"), Constraint.Grammar("start ::= \"x\"", "start"), Constraint.Choice("a", "b"),
        })
        {
            var found = Travel(new WorkerMessage.Generate(null, "x", new() { Constraint = constraint }, 1)).Options!.Constraint!;
            Assert.That(found.Source!.Kind, Is.EqualTo(constraint.Source!.Kind));
            Assert.That(found.Source.Arguments, Is.EqualTo(constraint.Source.Arguments));
        }
    }

    [Test]
    public void Policies_OfLamina_Travel()
    {
        foreach (var policy in new ISchedulingPolicy[] { new FirstComeFirstServedPolicy(), new PriorityPolicy(TimeSpan.FromSeconds(3)) })
        {
            var found = Travel(new WorkerMessage.Load("x", new() { Scheduling = policy }, default)).Options.Scheduling;
            Assert.That(found, Is.TypeOf(policy.GetType()));
            Assert.That((found as PriorityPolicy)?.Ageing, Is.EqualTo((policy as PriorityPolicy)?.Ageing));
        }
    }

    [Test]
    public void Token_WithAll_Travels()
    {
        var token = new Token(
            3,
            "é\ufffd",
            FinishReason.Length,
            new() { PromptTokens = 1, CachedTokens = 2, GeneratedTokens = 3, TimeToFirstToken = TimeSpan.FromTicks(4), Duration = TimeSpan.FromTicks(5) },
            new(-0.1f, float.NegativeInfinity, [new(3, -0.1f)], []));
        var found = Travel(new WorkerMessage.Streamed(token, new(1, [2]))).Token;
        Assert.That(found with { LogProbabilities = null }, Is.EqualTo(token with { LogProbabilities = null }));
        Assert.That(found.LogProbabilities!.TopRaw, Is.EqualTo(token.LogProbabilities!.TopRaw));
        Assert.That((found.LogProbabilities.Raw, found.LogProbabilities.Processed), Is.EqualTo((-0.1f, float.NegativeInfinity)));
    }

    [Test]
    public void Metrics_All_Travel()
    {
        var metrics = new EngineMetrics(1, 2, 3, 4, 5, 6, 7, 8)
        {
            CellsInUse = 9, ReusedTokens = 10, PrefixLookups = 11, PrefixHits = 12, ParkedRequests = 13,
        };
        Assert.That(Travel(new WorkerMessage.Measured(metrics)).Metrics, Is.EqualTo(metrics));
    }

    [Test]
    public void Check_OptionsThatHoldCode_NamesThem()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Portable.Check(new GenerationOptions { Samplers = () => null! }), Refuses("GenerationOptions.Samplers"));
            Assert.That(
                () => Portable.Check(new GenerationOptions { Constraint = new(Constraint.Json.Start, "tool calls") }), Refuses("GenerationOptions.Constraint"));
            Assert.That(() => Portable.Check(new EngineOptions { Samplers = SamplerCatalog.BuiltIn }), Refuses("EngineOptions.Samplers"));
            Assert.That(() => Portable.Check(new EngineOptions { Scheduling = new Fakes.RankPolicy(_ => 0) }), Refuses("EngineOptions.Scheduling"));
            Assert.That(
                () => Portable.Check(new EngineOptions { Quantization = new() { Options = new() { Importance = new([], 1, 1, []) } } }),
                Refuses("EngineOptions.Quantization"));
            Assert.That(() => Portable.Check(Engine), Throws.Nothing);
        }

        static NUnit.Framework.Constraints.Constraint Refuses(string option) =>
            Throws.TypeOf<NotSupportedException>().With.Message.StartsWith(option);
    }

    private static T Travel<T>(T message)
        where T : WorkerMessage
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, WorkerJson.Instance.WorkerMessage);
        return (T)JsonSerializer.Deserialize(json, WorkerJson.Instance.WorkerMessage)!;
    }

    /// <summary>Each property of the sample differs from the default, and came as it was sent.</summary>
    private static void AssertEach<T>(T sample, T defaults, T found, params string[] except)
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            if (!except.Contains(property.Name, StringComparer.Ordinal))
            {
                Assert.That(property.GetValue(sample), Is.Not.EqualTo(property.GetValue(defaults)), $"{property.Name} of the sample");
                Assert.That(property.GetValue(found), Is.EqualTo(property.GetValue(sample)), property.Name);
            }
        }
    }
}
