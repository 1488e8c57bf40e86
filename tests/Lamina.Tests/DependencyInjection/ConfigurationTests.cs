using System.Reflection;
using Lamina.Constraints;
using Lamina.Placement;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lamina.Tests.DependencyInjection;

/// <summary>Engines described by configuration alone, without a line of code.</summary>
internal sealed class ConfigurationTests
{
    private static readonly (string Key, string? Value)[] Everything =
    [
        ("ModelPath", "model.gguf"),
        ("Engine:ContextSize", "64"),
        ("Engine:MaxSequences", "2"),
        ("Engine:KvLayout", "PerSequence"),
        ("Engine:CacheTokens", "100"),
        ("Engine:KeyCacheType", "Int8"),
        ("Engine:ValueCacheType", "Int4"),
        ("Engine:FlashAttention", "On"),
        ("Engine:HostCacheBytes", "5000000000"),
        ("Engine:PrefixCache", "false"),
        ("Engine:Scheduling", "Priority"),
        ("Engine:BatchSize", "32"),
        ("Engine:MicroBatchSize", "16"),
        ("Engine:Threads", "3"),
        ("Engine:BatchThreads", "5"),
        ("Engine:Cpu:Affinity", "0-2,8"),
        ("Engine:Cpu:PinThreads", "true"),
        ("Engine:Cpu:Priority", "low"),
        ("Engine:Cpu:Polling", "7"),
        ("Engine:Cpu:MemoryNode", "1"),
        ("Engine:Cpu:NumaStrategy", "Isolate"),
        ("Engine:MemoryLimit", "8000000000"),
        ("Engine:CheckTensors", "true"),
        ("Engine:Generation:MaxTokens", "7"),
        ("Engine:Generation:MinTokens", "3"),
        ("Engine:Generation:Stop:0", "END"),
        ("Engine:Generation:Stop:1", "\n\n"),
        ("Engine:Generation:BannedPhrases:0", "a tapestry of"),
        ("Engine:Generation:Constraint:Regex", "[0-9]+"),
        ("Engine:Generation:Guidance:Prompt", "Be rude."),
        ("Engine:Generation:TopLogProbabilities", "4"),
        ("Engine:Generation:Overflow", "Fail"),
        ("Engine:Generation:Priority", "-3"),
        ("Engine:Generation:ExpectedTokens", "12"),
        ("Engine:Generation:Tenant", "us"),
        ("Engine:Generation:OnCancel", "Finish"),
        ("Engine:Generation:Sampling:Temperature", "0.5"),
        ("Engine:Generation:Sampling:InitialTemperature", "30"),
        ("Engine:Generation:Sampling:TopK", "9"),
        ("Engine:Generation:Sampling:TopP", "0.75"),
        ("Engine:Generation:Sampling:MinP", "0.25"),
        ("Engine:Generation:Sampling:RepetitionPenalty", "1.5"),
        ("Engine:Generation:Sampling:FrequencyPenalty", "0.5"),
        ("Engine:Generation:Sampling:PresencePenalty", "-0.5"),
        ("Engine:Generation:Sampling:PenaltyWindow", "10"),
        ("Engine:Generation:Sampling:Seed", "4294967295"),
        ("Engine:Generation:Sampling:DynamicTemperatureRange", "0.25"),
        ("Engine:Generation:Sampling:DynamicTemperatureExponent", "2"),
        ("Engine:Generation:Sampling:TopNSigma", "1.5"),
        ("Engine:Generation:Sampling:TypicalP", "0.875"),
        ("Engine:Generation:Sampling:XtcProbability", "0.125"),
        ("Engine:Generation:Sampling:XtcThreshold", "0.0625"),
        ("Engine:Generation:Sampling:DryMultiplier", "0.5"),
        ("Engine:Generation:Sampling:DryBase", "2"),
        ("Engine:Generation:Sampling:DryAllowedLength", "3"),
        ("Engine:Generation:Sampling:DryWindow", "100"),
        ("Engine:Generation:Sampling:DryBreakers:0", ";"),
        ("Engine:Generation:Sampling:Mirostat", "Second"),
        ("Engine:Generation:Sampling:MirostatTau", "4"),
        ("Engine:Generation:Sampling:MirostatEta", "0.5"),
        ("Engine:Generation:Sampling:AdaptiveTarget", "0.375"),
        ("Engine:Generation:Sampling:AdaptiveDecay", "0.75"),
        ("Engine:Generation:Sampling:Order:0", "top-k"),
        ("Engine:Generation:Sampling:Order:1", "distribution"),
        ("Engine:Generation:Sampling:LogitBias:5", "-Infinity"),
        ("Engine:Generation:Sampling:LogitBias:17", "2.5"),
    ];

    private static readonly (string Key, string? Value)[] DevicesSection =
    [
        ("Engine:Devices:Choice", "Named"),
        ("Engine:Devices:Names:0", "CUDA0"),
        ("Engine:Devices:Names:1", "CUDA1"),
        ("Engine:Devices:Layers", "12"),
        ("Engine:Devices:Split", "Row"),
        ("Engine:Devices:Shares:0", "0.75"),
        ("Engine:Devices:Shares:1", "0.25"),
        ("Engine:Devices:MainDevice", "CUDA1"),
        ("Engine:Devices:Tensors:0:Pattern", "ffn_.*_exps"),
        ("Engine:Devices:Tensors:0:Device", "CPU"),
        ("Engine:Devices:KvOnDevice", "false"),
    ];

    private static IEnumerable<string> CpuNames => typeof(CpuPlacement).GetProperties().Select(property => property.Name);

    [Test]
    public void Read_EveryValue_IsBound()
    {
        var read = EngineConfiguration.Read(Configuration(Everything));
        var generation = read.Engine.Generation!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.ModelPath, Is.EqualTo("model.gguf"));
            Assert.That(read.Engine.Scheduling, Is.TypeOf<PriorityPolicy>());
            Assert.That(read.Engine with { Generation = null, Scheduling = null }, Is.EqualTo(new EngineOptions
            {
                ContextSize = 64,
                MaxSequences = 2,
                KvLayout = KvLayout.PerSequence,
                CacheTokens = 100,
                KeyCacheType = KvCacheType.Int8,
                ValueCacheType = KvCacheType.Int4,
                FlashAttention = FlashAttention.On,
                HostCacheBytes = 5_000_000_000,
                PrefixCache = false,
                BatchSize = 32,
                MicroBatchSize = 16,
                Threads = 3,
                BatchThreads = 5,
                Cpu = new()
                {
                    Affinity = [0, 1, 2, 8],
                    PinThreads = true,
                    Priority = CpuPriority.Low,
                    Polling = 7,
                    MemoryNode = 1,
                    NumaStrategy = NumaStrategy.Isolate,
                },
                MemoryLimit = 8_000_000_000,
                CheckTensors = true,
            }));
            Assert.That(generation.MaxTokens, Is.EqualTo(7));
            Assert.That(generation.MinTokens, Is.EqualTo(3));
            Assert.That(generation.Stop, Is.EqualTo(["END", "\n\n"]));
            Assert.That(generation.BannedPhrases, Is.EqualTo(["a tapestry of"]));
            Assert.That(generation.Constraint!.ToString(), Is.EqualTo("regex [0-9]+"));
            Assert.That(generation.Guidance, Has.Property(nameof(Guidance.Scale)).EqualTo(1.5f).And.Property(nameof(Guidance.Plausibility)).Zero);
            Assert.That(generation.Guidance!.Prompt.ToString(), Is.EqualTo("Be rude."));
            Assert.That(generation.TopLogProbabilities, Is.EqualTo(4));
            Assert.That(generation.Overflow, Is.EqualTo(ContextOverflow.Fail));
            Assert.That(generation.Priority, Is.EqualTo(-3));
            Assert.That(generation.ExpectedTokens, Is.EqualTo(12));
            Assert.That(generation.Tenant, Is.EqualTo("us"));
            Assert.That(generation.OnCancel, Is.EqualTo(CancellationBehavior.Finish));
            Assert.That(generation.Sampling.DryBreakers, Is.EqualTo([";"]));
            Assert.That(generation.Sampling.Order, Is.EqualTo(["top-k", "distribution"]));
            Assert.That(generation.Sampling with { Order = null, LogitBias = new SamplingOptions().LogitBias, DryBreakers = new SamplingOptions().DryBreakers }, Is.EqualTo(new SamplingOptions
            {
                DynamicTemperatureRange = 0.25f,
                DynamicTemperatureExponent = 2,
                TopNSigma = 1.5f,
                TypicalP = 0.875f,
                XtcProbability = 0.125f,
                XtcThreshold = 0.0625f,
                DryMultiplier = 0.5f,
                DryBase = 2,
                DryAllowedLength = 3,
                DryWindow = 100,
                Mirostat = MirostatAlgorithm.Second,
                MirostatTau = 4,
                MirostatEta = 0.5f,
                AdaptiveTarget = 0.375f,
                AdaptiveDecay = 0.75f,
                Temperature = 0.5f,
                InitialTemperature = 30,
                TopK = 9,
                TopP = 0.75f,
                MinP = 0.25f,
                RepetitionPenalty = 1.5f,
                FrequencyPenalty = 0.5f,
                PresencePenalty = -0.5f,
                PenaltyWindow = 10,
                Seed = uint.MaxValue,
            }));
            Assert.That(generation.Sampling.LogitBias, Is.EquivalentTo(
                new Dictionary<int, float> { [5] = float.NegativeInfinity, [17] = 2.5f }));
        }
    }

    [Test]
    public void ToJson_OfEveryValue_IsReadBack()
    {
        // What is added to the options has to be written as well; a policy is the app's own, and requests have their options.
        var everything = EngineConfiguration.Read(Configuration([.. Everything, .. DevicesSection]));
        var expected = everything with { Engine = everything.Engine with { Generation = null, Scheduling = null } };
        var read = ReadBack(expected);
        Assert.That(read, Is.EqualTo(expected));
        Assert.That(ReadBack(new() { ModelPath = "m" }), Is.EqualTo(new EngineRegistration { ModelPath = "m" }));
    }

    [TestCase("Int4Fast")]
    [TestCase(null)]
    public void ToJson_OfQuantization_IsReadBack(string? profile)
    {
        var quantization = new LoadTimeQuantization
        {
            Profile = profile is null ? null : QuantizationProfile.Get(profile),
            CacheFolder = "a \"folder\"",
            Options = new() { AllowRequantize = true, Threads = 3 },
        };
        Assert.That(ReadBack(new() { ModelPath = "m", Engine = new() { Quantization = quantization } }).Engine.Quantization, Is.EqualTo(quantization));
    }

    [Test]
    public void ToJson_OfWhatIsNotWritten_NamesIt()
    {
        foreach (var (options, name) in new (EngineOptions, string)[]
        {
            (new() { Generation = new() }, "EngineOptions.Generation"),
            (new() { Scheduling = new PriorityPolicy() }, "EngineOptions.Scheduling"),
            (new() { Samplers = SamplerCatalog.BuiltIn }, "EngineOptions.Samplers"),
            (new() { Quantization = QuantizationProfile.Int8 with { Name = "Mine" } }, "EngineOptions.Quantization.Profile"),
        })
        {
            Assert.That(() => new EngineRegistration { Engine = options }.ToJson(), Throws.TypeOf<NotSupportedException>().With.Message.Contains(name));
        }
    }

    [Test]
    public void Read_EachValueAlone_LeavesTheOtherDefaults()
    {
        foreach (var (key, value) in Everything.Skip(1))
        {
            var read = EngineConfiguration.Read(Configuration(("ModelPath", "model.gguf"), (key, value)));
            var generation = read.Engine.Generation ?? new();
            var sampling = generation.Sampling;
            var changed = Changes(read.Engine with { Generation = null }, new())
                .Concat(Changes(generation with { Sampling = new(), Stop = [] }, new() { Stop = [], Sampling = new() }))
                .Concat(generation.Stop.Count > 0 ? ["Stop"] : [])
                .Concat(generation.BannedPhrases.Count > 0 ? ["BannedPhrases"] : [])
                .Concat(Changes(sampling with { LogitBias = new SamplingOptions().LogitBias }, new()))
                .Concat(sampling.DryBreakers.SequenceEqual(new SamplingOptions().DryBreakers, StringComparer.Ordinal) ? [] : ["DryBreakers"])
                .Concat(sampling.Order is not null ? ["Order"] : [])
                .Concat(sampling.LogitBias.Count > 0 ? ["LogitBias"] : []);
            var expected = key.StartsWith("Engine:Cpu:", StringComparison.Ordinal) ? "Cpu" : key.Split(':').Except(["Regex", "Prompt"], StringComparer.Ordinal).Last(part => !char.IsDigit(part[0]));
            Assert.That(changed, Is.EqualTo([expected]), key);
            Assert.That(read.Faults(), Has.Exactly(1).Contains("no file"), key);
        }
    }

    [Test]
    public void Read_Devices_AreBound()
    {
        var read = EngineConfiguration.Read(Configuration(DevicesSection));
        Assert.That(read.Engine.Devices, Is.EqualTo(DevicePlacement.Named("CUDA0", "CUDA1") with
        {
            Layers = 12,
            Split = DeviceSplit.Row,
            Shares = [0.75f, 0.25f],
            MainDevice = "CUDA1",
            Tensors = [new("ffn_.*_exps", "CPU")],
            KvOnDevice = false,
        }));
        Assert.That(
            () => EngineConfiguration.Read(Configuration(("Engine:Devices:Shares:0", "half"))),
            Throws.InvalidOperationException.With.Message.Contains("half"));
        Assert.That(
            () => EngineConfiguration.Read(Configuration(("Engine:Devices:Tensors:0:Name", "x"))),
            Throws.InvalidOperationException.With.Message.Contains("Tensors:0:Name"));
    }

    [TestCase("Int4Fast", "Int4Fast")]
    [TestCase("int8", "Int8")]
    [TestCase("Fastest", null)]
    public void Read_Quantization_IsMade(string profile, string? expected)
    {
        var read = EngineConfiguration.Read(Configuration(
            ("Engine:Quantization:Profile", profile),
            ("Engine:Quantization:CacheFolder", "cache"),
            ("Engine:Quantization:AllowRequantize", "true"),
            ("Engine:Quantization:Threads", "3")));
        var found = read.Engine.Quantization!;
        Assert.That(found.Profile?.Name, Is.EqualTo(expected));
        Assert.That(found with { Profile = null }, Is.EqualTo(new LoadTimeQuantization
        {
            CacheFolder = "cache", Options = new() { AllowRequantize = true, Threads = 3 },
        }));
    }

    [Test]
    public void Read_CpusThatAreNone_SaysWhereAndWhatTheyMustBe() =>
        Assert.That(
            () => EngineConfiguration.Read(Configuration(("Engine:Cpu:Affinity", "3-1"))),
            Throws.InvalidOperationException.With.Message.Contains("'3-1' at 'Engine:Cpu:Affinity'").And.Message.Contains("0-3,8"));

    [Test]
    public void Read_UnknownProfile_SaysWhichThereAre() =>
        Assert.That(
            () => EngineConfiguration.Read(Configuration(("Engine:Quantization:Profile", "Int3"))),
            Throws.InvalidOperationException.With.Message.Contains("Int4Small"));

    [TestCase("Regex", "a+b", "regex a+b")]
    [TestCase("JsonSchema", """{"type":"integer"}""", "JSON Schema")]
    [TestCase("Grammar", "root ::= \"a\"", "grammar")]
    [TestCase("Choice:0", "yes", "one of 1 texts")]
    [TestCase("Json", "true", "JSON")]
    public void Read_Constraint_IsMade(string kind, string value, string expected)
    {
        var read = EngineConfiguration.Read(Configuration(("Engine:Generation:Constraint:" + kind, value)));
        Assert.That(read.Engine.Generation!.Constraint!.ToString(), Is.EqualTo(expected));
    }

    [TestCase("Regex", "(a", "without a ')'")]
    [TestCase("JsonSchema", "{", "cannot be used")]
    [TestCase("JsonSchema", """{"type":"what"}""", "'type'")]
    [TestCase("Grammar", "root ::= (", "line 1, column 10")]
    [TestCase("Choice:0", "", "at least one character")]
    public void Read_ConstraintThatCannotBe_SaysWhereAndWhy(string kind, string value, string why) =>
        Assert.That(
            () => EngineConfiguration.Read(Configuration(("Engine:Generation:Constraint:" + kind, value))),
            Throws.InvalidOperationException.With.Message.Contains("'Engine:Generation:Constraint'").And.Message.Contains(why));

    [Test]
    public void Read_SeveralConstraints_SaysSo() =>
        Assert.That(
            () => EngineConfiguration.Read(Configuration(("Engine:Generation:Constraint:Regex", "a"), ("Engine:Generation:Constraint:Json", "true"))),
            Throws.InvalidOperationException.With.Message.Contains("more than one constraint"));

    [Test]
    public void Read_Guidance_HasItsNumbers()
    {
        var read = EngineConfiguration.Read(Configuration(
            ("Engine:Generation:Guidance:Prompt", "p"),
            ("Engine:Generation:Guidance:Scale", "3"),
            ("Engine:Generation:Guidance:Plausibility", "0.25")));
        var guidance = read.Engine.Generation!.Guidance!;
        Assert.That((guidance.Scale, guidance.Plausibility), Is.EqualTo((3f, 0.25f)));
    }

    [Test]
    public void Read_ModelPathAlone_LeavesTheDefaults()
    {
        var read = EngineConfiguration.Read(Configuration(("ModelPath", "model.gguf")));
        Assert.That(read, Is.EqualTo(new EngineRegistration { ModelPath = "model.gguf" }));
    }

    [Test]
    public void Everything_Properties_AreAllNamed()
    {
        // A property that is added to the options has to be read as well.
        var named = Everything.Concat(DevicesSection).SelectMany(pair => pair.Key.Split(':')).ToHashSet(StringComparer.Ordinal);
        var properties = new[] { typeof(EngineRegistration), typeof(EngineOptions), typeof(DevicePlacement), typeof(GenerationOptions), typeof(SamplingOptions) }
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(property => property.Name)
            .Concat(CpuNames)
            .Except([nameof(GenerationOptions.Samplers), nameof(EngineOptions.Quantization)], StringComparer.Ordinal);
        Assert.That(properties, Is.SubsetOf(named));
    }

    [Test]
    public void Read_NullsAndEmptySections_AreDefaults()
    {
        const string json = """
            { "modelpath": "m", "Engine": { "ContextSize": null, "Generation": { "Stop": [], "Sampling": {} } } }
            """;
        var read = EngineConfiguration.Read(
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.ModelPath, Is.EqualTo("m"), "names are read in any case");
            Assert.That(read.Engine with { Generation = null }, Is.EqualTo(new EngineOptions()));
            Assert.That(read.Engine.Generation!.Stop, Is.Empty);
            Assert.That(read.Engine.Generation.Sampling, Is.EqualTo(new SamplingOptions()));
        }
    }

    [TestCase("Modelpth", "x")]
    [TestCase("Engine:ContxtSize", "5")]
    [TestCase("Engine:Generation:MaxToken", "5")]
    [TestCase("Engine:Generation:Sampling:Temprature", "5")]
    [TestCase("EnginesToo:a", "5")]
    public void AddLamina_UnknownName_IsRefused(string key, string value)
    {
        var name = key.Split(':').First(part => part is not ("Engine" or "Generation" or "Sampling"));
        Assert.That(
            () => new ServiceCollection().AddLamina(Configuration(("ModelPath", "x"), (key, value))),
            Throws.InvalidOperationException.With.Message.Contains(name));
    }

    [TestCase("Engine:ContextSize", "many")]
    [TestCase("Engine:Generation:OnCancel", "Explode")]
    [TestCase("Engine:Generation:Sampling:Temperature", "hot")]
    [TestCase("Engine:Generation:Sampling:Temperature", "0,8")]
    [TestCase("Engine:Generation:Sampling:LogitBias:five", "1")]
    [TestCase("Engine:Generation:Sampling:LogitBias:5", "much")]
    [TestCase("Engine:Generation:Stop", "END")]
    [TestCase("Engine:CheckTensors", "perhaps")]
    [TestCase("Engine:Scheduling", "Luck")]
    [TestCase("Engine:KeyCacheType", "Int3")]
    [TestCase("Engine:FlashAttention", "Sometimes")]
    [TestCase("Engine", "fast")]
    [TestCase("Engine:ContextSize:Value", "5")]
    public void AddLamina_UnreadableValue_IsRefused(string key, string value) => Assert.That(
        () => new ServiceCollection().AddLamina(Configuration(("ModelPath", "x"), (key, value))),
        Throws.InvalidOperationException);

    [TestCase]
    [TestCase("Engine:ContextSize", "5")]
    public void AddLamina_NoEngineDescribed_IsRefused(params string[] pair) => Assert.That(
        () => new ServiceCollection().AddLamina(Configuration(pair is [var key, var value] ? [(key, value)] : [])),
        Throws.ArgumentException.With.Message.Contains("ModelPath"));

    [Test]
    public void AddLamina_UnknownNameInOneOfSeveral_IsRefused() => Assert.That(
        () => new ServiceCollection().AddLamina(Configuration(("Engines:a:ModelPath", "x"), ("Engines:a:Typo", "y"))),
        Throws.InvalidOperationException.With.Message.Contains("Typo"));

    [Test]
    public async Task AddLamina_JsonSection_ServesItsEngines()
    {
        var path = Path.GetTempFileName();
        using var runtime = new FakeRuntime { Answer = _ => "abcdef END" };
        var json = $$"""
            {
              "Lamina": {
                "ModelPath": "{{path.Replace(@"\", @"\\", StringComparison.Ordinal)}}",
                "Engine": { "Generation": { "Sampling": { "Temperature": 0 } } },
                "Engines": {
                  "short": {
                    "ModelPath": "{{path.Replace(@"\", @"\\", StringComparison.Ordinal)}}",
                    "Engine": { "Generation": { "MaxTokens": 2, "Sampling": { "Temperature": 0 } } }
                  },
                  "stopped": {
                    "ModelPath": "{{path.Replace(@"\", @"\\", StringComparison.Ordinal)}}",
                    "Engine": { "ContextSize": 64, "Generation": { "Stop": ["END", "e"], "Sampling": { "Temperature": 0 } } }
                  }
                }
              }
            }
            """;
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)));
        builder.Services.AddSingleton<IModelRuntime>(runtime).AddLamina(builder.Configuration.GetSection("Lamina"));
        using (var host = builder.Build())
        {
            await host.StartAsync();
            var services = host.Services;
            var one = await services.GetRequiredService<IInferenceEngine>().ReadAllAsync("x>");
            var shortened = await services.GetRequiredKeyedService<IInferenceEngine>("short").ReadAllAsync("x>");
            var stopped = await services.GetRequiredKeyedService<IInferenceEngine>("stopped").ReadAllAsync("x>");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(one.Text(), Is.EqualTo("abcdef END"));
                Assert.That(shortened.Text(), Is.EqualTo("ab"));
                Assert.That(stopped.Text(), Is.EqualTo("abcd"));
                Assert.That(runtime.Decoders.Select(decoder => decoder.Options.ContextSize), Is.EqualTo([1024, 1024, 64]));
            }

            await host.StopAsync();
        }

        File.Delete(path);
    }

    [Test]
    public async Task AddLamina_EntryWithoutModelPath_FailsTheHostsStart()
    {
        using var runtime = new FakeRuntime();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IModelRuntime>(runtime)
            .AddLamina(Configuration(("Engines:a:Engine:ContextSize", "0")));
        using var host = builder.Build();
        var thrown = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync()))!;
        Assert.That(thrown.Message, Does.Contain("ModelPath was empty").And.Contain("ContextSize was 0"));
    }

    private static IEnumerable<string> Changes<T>(T read, T expected) => typeof(T).GetProperties()
        .Where(property => property.PropertyType.IsValueType || property.PropertyType == typeof(string)
            || property.PropertyType == typeof(ContextOverflow) || property.PropertyType == typeof(ISchedulingPolicy)
            || property.PropertyType == typeof(Constraint) || property.PropertyType == typeof(Guidance) || property.PropertyType == typeof(CpuPlacement))
        .Where(property => !Equals(property.GetValue(read), property.GetValue(expected)))
        .Select(property => property.Name);

    private static EngineRegistration ReadBack(EngineRegistration registration)
    {
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(registration.ToJson()));
        return EngineConfiguration.Read(new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("Lamina"));
    }

    private static IConfigurationRoot Configuration(params (string Key, string? Value)[] pairs) => new ConfigurationBuilder()
        .AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
        .Build();
}
