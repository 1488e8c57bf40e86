using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lamina.Chat;
using Lamina.Constraints;
using Lamina.Extensions.AI;
using Lamina.Gguf;
using Lamina.Placement;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.TestSupport;
using Lamina.Tokens;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ChatMessage = Lamina.Chat.ChatMessage;

namespace Lamina.LlamaCpp.Tests.Readme;

/// <summary>The README's C# stands here as well, word for word, so that it compiles and runs.</summary>
public sealed partial class ReadmeTests
{
    private readonly string _before = Environment.CurrentDirectory;
    private string _folder = "";

    [OneTimeSetUp]
    public void EnterFolderWithModel()
    {
        var model = TestModels.Require(TestEngines.SmolName);
        _folder = Directory.CreateTempSubdirectory("lamina-readme").FullName;
        File.CreateSymbolicLink(Path.Combine(_folder, "model.gguf"), model);
        File.CreateSymbolicLink(
            Path.Combine(_folder, TestEngines.MiniName), TestModels.Require(TestEngines.MiniName));
        Environment.CurrentDirectory = _folder;
    }

    [OneTimeTearDown]
    public void LeaveFolder()
    {
        Environment.CurrentDirectory = _before;
        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public void EverySnippet_StandsHere()
    {
        var here = Squeeze(string.Concat(
            File.ReadAllText(Path.Combine(Root(), "tests", "Lamina.LlamaCpp.Tests", "Readme", "ReadmeTests.cs")),
            File.ReadAllText(Path.Combine(Root(), "tests", "Lamina.WorkerProbe", "Program.cs"))));
        var snippets = Snippets("csharp");

        Assert.That(snippets, Has.Length.GreaterThan(8));
        Assert.Multiple(() =>
        {
            foreach (var snippet in snippets.Where(snippet => !snippet.StartsWith("using ", StringComparison.Ordinal)))
            {
                Assert.That(here, Does.Contain(Squeeze(snippet)), snippet);
            }
        });

        static string Squeeze(string code) => string.Concat(code.Where(character => !char.IsWhiteSpace(character)));
    }

    [Test]
    public async Task ThreeLines_Run()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf");
        await foreach (var token in engine.GenerateAsync("Once upon a time", new() { MaxTokens = 64 }))
            Console.Write(token.Text);

        Assert.That(() => engine.GetMetrics().CompletedRequests, Is.EqualTo(1).After(10_000, 5));
    }

    [Test]
    public async Task ChatSession_Runs()
    {
        await using var engine = await LlamaCpp.LoadAsync(TinyModel.Path);
        var timer = new ChatTool(
            new("set_timer", "Start a timer", JsonElement.Parse("""{"type": "object", "properties": {"minutes": {"type": "integer"}}, "required": ["minutes"]}""")),
            (arguments, token) => Task.FromResult($"The timer runs for {arguments.GetProperty("minutes")} minutes."));
        var session = new ChatSession(engine, new() { Tools = [timer] }) { SystemPrompt = "Be brief." };
        await foreach (var part in session.StreamAsync("Set a timer for 12 minutes."))
            Console.Write(part.Text); // and part.Reasoning, part.ToolCall
        await session.SaveAsync("chat.json");
        Assert.That((await ChatSession.LoadAsync(engine, "chat.json")).Messages, Has.Count.EqualTo(session.Messages.Count));
    }

    [Test]
    public async Task TinyModel_Runs()
    {
        await using var tiny = await LlamaCpp.LoadAsync(TinyModel.Path);
        var sum = await tiny.CompleteAsync("Question: What is 472 + 365?\nAnswer:\n", new() { Stop = ["Question:"], Sampling = new() { Temperature = 0 } });
        Console.WriteLine(sum.Text); // a line for each pair of digits, and then "#### 837"

        Assert.That(sum.Text, Does.Contain("#### 837"));
    }

    [Test]
    public async Task Prompts_Run()
    {
        var engine = await TestEngines.SmolAsync();
        var question = "What is the capital of France?";

        var prompt = Prompt.FromMarkup("<|im_start|>user\n") + question
            + Prompt.FromMarkup("<|im_end|>\n<|im_start|>assistant\n");
        var answer = await engine.CompleteAsync(prompt, new() { MaxTokens = 200, Sampling = new() { Temperature = 0 } });
        Console.WriteLine($"{answer.Text} ({answer.FinishReason}, {answer.Usage.TokensPerSecond:F0} tokens/s)");

        Assert.That(answer.Text, Does.Contain("Paris"));
    }

    [Test]
    public async Task Chat_Runs()
    {
        var engine = await TestEngines.SmolAsync();
        var question = "What is the capital of France?";

        var format = ChatFormat.Of(engine.Model, engine.Tokenizer);
        var chat = format.Apply([ChatMessage.System("Be brief."), ChatMessage.User(question)]);
        var answered = await engine.CompleteAsync(chat, new() { MaxTokens = 100 });

        Assert.That(answered.Usage.GeneratedTokens, Is.InRange(1, 100));
    }

    [Test]
    public async Task OptionsAndManyRequests_Run()
    {
        var engine = await TestEngines.SmolAsync();
        string[] questions = ["Winter is", "Summer is"];

        var options = new GenerationOptions
        {
            MaxTokens = 100,
            Stop = ["\n\n", "The end"],
            Sampling = new() { Temperature = 0.7f, TopK = 50, TopP = 0.9f, RepetitionPenalty = 1.1f, Seed = 42 },
        };
        var answers = await Task.WhenAll(questions.Select(question => engine.CompleteAsync(question, options)));

        Assert.That(answers.Select(answer => answer.Usage.GeneratedTokens), Has.All.InRange(1, 100));
    }

    [Test]
    public async Task Samplers_Run()
    {
        var creative = new SamplingOptions { Temperature = 1.2f, TopNSigma = 1.5f, XtcProbability = 0.5f, DryMultiplier = 0.8f };

        var engine = await TestEngines.TrainedAsync();
        Assert.That((await engine.CompleteAsync("Once upon a time", new() { MaxTokens = 20, Sampling = creative })).Tokens, Has.Length.InRange(1, 20));
    }

    [Test]
    public async Task Constraints_Run()
    {
        var engine = await TestEngines.SmolAsync();
        var schema = Constraint.JsonSchema("""
            {
              "type": "object",
              "properties": {
                "name": { "type": "string", "pattern": "^[A-Z][a-z]+$" },
                "age": { "type": "integer", "minimum": 0, "maximum": 120 }
              },
              "required": ["name", "age"],
              "additionalProperties": false
            }
            """);
        var json = await engine.CompleteAsync("Tom is nine years old. As JSON: ", new() { Constraint = schema, MaxTokens = 60 });
        var size = await engine.CompleteAsync("An ant is", new() { Constraint = Constraint.Choice(" small", " large") });

        var list = Constraint.Grammar("""
            root ::= ("- " word (" " word){0,3} "\n"){3}   # three lines
            word ::= [a-z]{2,12}
            """);
        var animals = await engine.CompleteAsync("Animals of the forest:\n", new() { Constraint = list });

        Assert.That(size.Text, Is.AnyOf(" small", " large"));
        Assert.That(json.Text, Does.StartWith("{"));
        Assert.That(animals.Text, Does.Match(@"^(- [a-z ]+\n){3}$"));

        var pet = await engine.GenerateAsync("Pip is a red fox, and it is tame. As JSON: ", PetContext.Default.Pet, new() { MaxTokens = 100, Sampling = new() { Temperature = 0 } });

        Assert.That(pet, Is.Not.Null);
    }

    [Test]
    public async Task MoreControl_Runs()
    {
        var engine = await TestEngines.SmolAsync();

        var careful = new GenerationOptions
        {
            MinTokens = 20,
            MaxTokens = 60,
            BannedPhrases = ["a tapestry of"],
            TopLogProbabilities = 3,
            Sampling = new() { TopK = 16, InitialTemperature = 30 },
        };
        await foreach (var token in engine.GenerateAsync("Once upon a time", careful))
            Console.WriteLine($"{token.Text} {token.LogProbabilities?.Raw:F2}");

        var guided = await engine.CompleteAsync(
            "Be kind. To a friend: ", careful with { Guidance = new("Be rude. To a friend: ") { Scale = 2 } });

        var choice = await engine.ChooseAsync("Once upon a", [" time", " fox", " sea"]);
        Console.WriteLine($"{choice.Text} {choice.Scores[choice.Index].Probability:P0}");

        Assert.That(choice.Text, Is.EqualTo(" time"));
        Assert.That(guided.Usage.GeneratedTokens, Is.InRange(20, 60));
    }

    [Test]
    public async Task Policies_Run()
    {
        var settings = new EngineOptions { MaxSequences = 32, Scheduling = new PriorityPolicy(ageing: TimeSpan.FromSeconds(5)) };
        var urgent = new GenerationOptions { Priority = 2, MaxTokens = 50 };

        await using var engine = await LlamaCpp.LoadAsync("model.gguf", settings with { ContextSize = 128 });
        Assert.That((await engine.CompleteAsync("Winter is", urgent)).Tokens, Has.Length.InRange(1, 50));
    }

    [Test]
    public async Task PrefixesAndOverflow_Run()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", new() { ContextSize = 128 });
        var instructions = Prompt.FromMarkup("<|im_start|>system\nYou answer in one short sentence, and never say more than you know for certain.<|im_end|>\n");
        Prompt question = "What is the capital of France? Which river goes through it?";
        await engine.CompleteAsync(instructions + "Something else", new() { MaxTokens = 5, Tenant = "customer-17" });

        var reply = await engine.CompleteAsync(instructions + question, new() { MaxTokens = 20, Tenant = "customer-17" });
        Console.WriteLine($"{reply.Usage.CachedTokens} of {reply.Usage.PromptTokens} tokens were known");
        var endless = new GenerationOptions { MaxTokens = 300, Overflow = ContextOverflow.Shift(keepPrompt: instructions) };

        Assert.That(reply.Usage.CachedTokens, Is.GreaterThan(10).And.LessThan(reply.Usage.PromptTokens));
        var withoutEnd = engine.Tokenizer.ControlTokens.ToDictionary(token => token, _ => float.NegativeInfinity);
        var story = await engine.CompleteAsync(
            instructions + question, endless with { Sampling = new() { Temperature = 0, LogitBias = withoutEnd } });
        Assert.That(story.Usage.GeneratedTokens, Is.EqualTo(300));
    }

    [Test]
    public async Task Sequences_Run()
    {
        var engine = await TestEngines.SmolAsync();
        var options = new GenerationOptions { MaxTokens = 10, Sampling = new() { Temperature = 0 } };

        using var story = await engine.OpenSequenceAsync();
        await story.AppendAsync("Once upon a time there was a fox who");
        var forks = story.Fork(4);
        var endings = await Task.WhenAll(forks.Select(fork => fork.CompleteAsync(options)));
        story.Rewind(story.Length - 1);

        await story.SaveAsync("story.session");
        using var later = await engine.OpenSequenceAsync();
        await later.LoadAsync("story.session");

        Assert.That(endings.Select(ending => ending.Text).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(1));
        Assert.That(later.Tokens, Is.EqualTo(story.Tokens));
        foreach (var fork in forks)
        {
            fork.Dispose();
        }
    }

    [Test]
    public async Task Sampler_Run()
    {
        var engine = await TestEngines.SmolAsync();

        var even = new GenerationOptions
        {
            MaxTokens = 8,
            Samplers = () => new SamplerPipeline(new EvenTokensOnly(), new TopKSampler(40), new DistributionSampler(seed: 1)),
        };

        var answer = await engine.CompleteAsync("Numbers:", even);
        Assert.That(answer.Tokens.Select(token => token % 2), Has.All.Zero);
    }

    [Test]
    public async Task ScoresAndEmbeddings_Run()
    {
        var engine = await TestEngines.SmolAsync();

        var score = await engine.ScoreAsync(" Paris", context: "The capital of France is");
        Console.WriteLine($"{score.LogLikelihood:F2}, perplexity {score.Perplexity:F2}");

        var vectors = await engine.EmbedAsync(["A cat sits on the mat.", "A kitten is lying on a rug."]);

        Assert.That(vectors, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Search_Runs()
    {
        await using var embedder = await LlamaCpp.LoadAsync("all-MiniLM-L6-v2.F16.gguf");
        string[] documents = ["Yeast makes dough grow.", "Kittens learn to hunt by playing.", "Shares fell sharply today."];
        var ranked = await embedder.RerankAsync("How do young cats learn to catch mice?", documents, new() { Top = 2 });
        Console.WriteLine($"{documents[ranked[0].Index]} ({ranked[0].Score:F2})");

        var cut = await embedder.EmbedAsync([.. documents], new() { Truncate = true, Dimensions = 128 }); // long ones lose their end
        var generator = embedder.AsEmbeddingGenerator();
        var generated = await generator.GenerateAsync(documents);

        Assert.That(ranked.Select(document => document.Index).First(), Is.EqualTo(1));
        Assert.That(cut.Select(vector => vector.Length), Is.EqualTo([128, 128, 128]));
        Assert.That(generated, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Quantization_Runs()
    {
        var plan = QuantizationPlan.Create(TinyModel.Path, QuantizationProfile.Int8);
        var made = await LlamaCpp.QuantizeAsync(TinyModel.Path, "small.gguf", QuantizationProfile.Int4);
        Console.WriteLine($"{plan.SizeBytes / 1e6:F1} MB in Int8, {made.SizeBytes / 1e6:F1} MB in Int4, {made.Plan.BitsPerWeight:F1} bits a weight");

        var quantization = new LoadTimeQuantization { Profile = QuantizationProfile.Int4Fast, CacheFolder = "cache" };
        await using var quick = await LlamaCpp.LoadAsync(TinyModel.Path, new() { Quantization = quantization });

        Assert.That(made.SizeBytes, Is.LessThan(plan.SizeBytes));
        Assert.That(quick.Model.FileType, Is.EqualTo("Q4_0"));
        var text = string.Concat(Enumerable.Range(0, 60).Select(i => $"Once upon a time there were {i} cats who lived in a house by the sea. "));

        using var model = await new LlamaCppRuntime().LoadAsync(TinyModel.Path);
        var importance = await ImportanceMatrix.ComputeAsync(model, text);
        await LlamaCpp.QuantizeAsync(TinyModel.Path, "tiny2.gguf", QuantizationProfile.Bits2, new() { Importance = importance });

        var reporter = new QualityReporter(new LlamaCppRuntime());
        var report = await reporter.CreateAsync(new("F16", TinyModel.Path), [new("Int4", "small.gguf"), new("Bits2", "tiny2.gguf")], text);
        Console.WriteLine(report.ToTable());

        Assert.That(report.Models[1].Divergence!.Mean.Value, Is.LessThan(report.Models[2].Divergence!.Mean.Value));
    }

    [Test]
    public async Task KvCacheTypes_Run()
    {
        var compact = new EngineOptions { ContextSize = 8192, KeyCacheType = KvCacheType.Int8, ValueCacheType = KvCacheType.Int8 };
        var memory = await InferenceEngine.EstimateMemoryAsync("model.gguf", compact);
        Console.WriteLine($"{memory.KeyCacheBytes + memory.ValueCacheBytes:N0} bytes of keys and values, {memory.TotalBytes:N0} in all");

        Assert.That(memory.KeyCacheBytes, Is.EqualTo(memory.ValueCacheBytes).And.LessThan(memory.TotalBytes));
    }

    [Test]
    public async Task Devices_Run()
    {
        var plan = await InferenceEngine.PlanPlacementAsync(new LlamaCppRuntime(), "model.gguf");
        foreach (var reason in plan.Reasons)
            Console.WriteLine(reason); // Vulkan0 takes 31 of 31 layers, 505 MB of 2,147 MB free.

        var required = new EngineOptions { Devices = DevicePlacement.Gpu };          // fails, with the reason, where there is none
        var named = new EngineOptions { Devices = DevicePlacement.Named("CUDA0", "CUDA1") with { Shares = [0.75f, 0.25f] } };
        var experts = new EngineOptions { Devices = DevicePlacement.Auto with { Layers = 20, Tensors = [new("ffn_.*_exps", "CPU")] } };

        Assert.That(plan.Estimate.WeightBytes, Is.EqualTo(96_576_768));
        Assert.That(async () => await LlamaCpp.LoadAsync("model.gguf", required), Throws.TypeOf<DeviceUnavailableException>());
        Assert.That(async () => await LlamaCpp.LoadAsync("model.gguf", named), Throws.TypeOf<DeviceUnavailableException>());
        Assert.That(async () => await LlamaCpp.LoadAsync("model.gguf", experts), Throws.ArgumentException.With.Message.Contains("ffn_.*_exps"));
    }

    [Test]
    public async Task Nodes_Run()
    {
        var pinned = new EngineOptions { Threads = 1, Cpu = new() { Affinity = CpuSet.Parse("0"), PinThreads = true, Polling = 20 } };
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", pinned);

        await using var nodes = await NumaEngine.LoadAsync(new LlamaCppRuntime(), "model.gguf"); // here as many as there are nodes
        Console.WriteLine($"{nodes.GetWorkers().Length} workers, {CpuTopology.Read().AllowedCpus} to run on");

        var greedy = new GenerationOptions { MaxTokens = 4, Sampling = new() { Temperature = 0 } };
        Assert.That((await nodes.CompleteAsync("Once", greedy)).Text, Is.EqualTo((await engine.CompleteAsync("Once", greedy)).Text));
    }

    /// <summary>In a program of its own, which is started once more for each worker.</summary>
    [Test]
    public async Task Pool_Runs()
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Lamina.WorkerProbe.dll"), "readme"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var program = Process.Start(start)!;
        Assert.That(await program.StandardOutput.ReadToEndAsync(), Does.Contain("Paris"));
        await program.WaitForExitAsync();
        Assert.That(program.ExitCode, Is.Zero);
    }

    [Test]
    public async Task Services_Run()
    {
        var services = new ServiceCollection();
        services.AddLlamaCpp();
        services.AddLamina("model.gguf", new EngineOptions { ContextSize = 2048, MaxSequences = 8 });

        await using var provider = services.BuildServiceProvider();
        var answer = await provider.GetRequiredService<IInferenceEngine>().CompleteAsync("Hello", new() { MaxTokens = 2 });
        Assert.That(answer.Tokens, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task ExtensionsAI_Runs()
    {
        var engine = await TestEngines.TrainedAsync();

        IChatClient client = engine.AsChatClient().AsBuilder().UseFunctionInvocation().Build();
        var weather = AIFunctionFactory.Create(
            (string city) => new { sky = "sunny", degrees = 21 }, "get_weather", "Get the weather of a city");
        var said = await client.GetResponseAsync("How is the weather in Oslo today?", new() { Tools = [weather], Temperature = 0 });
        Console.WriteLine(said.Text); // It is sunny in Oslo, with 21 degrees.

        Assert.That(said.Text, Is.EqualTo("It is sunny in Oslo, with 21 degrees."));
    }

    [Test]
    public async Task Configuration_Runs()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Snippets("json").Single())));
        builder.Services.AddLlamaCpp().AddLamina(builder.Configuration.GetSection("Lamina"));
        using var host = builder.Build();
        await host.StartAsync();

        var text = host.Services.GetRequiredService<IInferenceEngine>();
        var embeddings = host.Services.GetRequiredKeyedService<IInferenceEngine>("embeddings");

        Assert.That(text.Model.CanGenerate);
        Assert.That(embeddings.Model.CanGenerate, Is.False);
        Assert.That((await text.CompleteAsync("Once")).Tokens, Has.Length.AtMost(200));
    }

    [Test]
    public void Gguf_Run()
    {
        var file = GgufFile.Read("model.gguf");
        GgufValidator.Validate(file);
        Console.WriteLine($"{file.Architecture}, {file.ParameterCount / 1e6:F0} M weights, {file.Metadata.Count} entries");

        Assert.That(file.Architecture, Is.EqualTo("llama"));
    }

    private static string[] Snippets(string language) =>
        [.. File.ReadAllText(Path.Combine(Root(), "README.md"))
            .Split($"```{language}\n").Skip(1)
            .Select(rest => rest.Split("\n```")[0])];

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Engine.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return root.FullName;
    }

    internal sealed class EvenTokensOnly : ISampler
    {
        public void Apply(ref Candidates candidates)
        {
            for (var i = 0; i < candidates.Count; i++)
                if (candidates.Tokens[i] % 2 != 0)
                    candidates.Logits[i] = float.NegativeInfinity;
        }
    }

    internal sealed record Pet(string Name, string Color, bool Tame);

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Pet))]
    internal sealed partial class PetContext : JsonSerializerContext;
}
