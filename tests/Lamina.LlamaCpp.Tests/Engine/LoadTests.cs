using Lamina.Gguf;
using Lamina.TestSupport;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests.Engine;

public sealed class LoadTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-load").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task LoadAsync_FileMissing_SaysSo() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => LlamaCpp.LoadAsync(Path.Combine(_folder, "none.gguf")));

    [Test]
    public async Task LoadAsync_Directory_SaysSo()
    {
        var error = await Assert.ThrowsAsync<GgufException>(() => LlamaCpp.LoadAsync(_folder));
        Assert.That(error!.Message, Does.Contain("folder").Or.Contain("directory"));
    }

    [TestCase("")]
    [TestCase("  ")]
    public async Task LoadAsync_EmptyPath_NamesTheArgument(string path)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => LlamaCpp.LoadAsync(path));
        Assert.That(error!.ParamName, Is.EqualTo("path"));
    }

    [Test]
    public async Task LoadAsync_EmptyFile_IsNoGguf() =>
        await Assert.ThrowsAsync<GgufException>(() => LlamaCpp.LoadAsync(Write([])));

    [Test]
    public async Task LoadAsync_OtherFile_IsNoGguf() =>
        await Assert.ThrowsAsync<GgufException>(() => LlamaCpp.LoadAsync(Write("This is no model. Not at all."u8.ToArray())));

    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.999)]
    public async Task LoadAsync_Truncated_IsRefused(double part)
    {
        var whole = File.ReadAllBytes(TestEngines.TinyPath);
        await Assert.ThrowsAsync<GgufException>(() => LlamaCpp.LoadAsync(Write(whole[..(int)(part * whole.Length)])));
    }

    [Test]
    public async Task LoadAsync_UnknownArchitecture_NamesIt()
    {
        var image = TinyLlama.Create();
        foreach (var (key, value) in image.Metadata.Where(pair => pair.Key.StartsWith("llama.", StringComparison.Ordinal)).ToArray())
        {
            image.Remove(key);
            image["abacus." + key["llama.".Length..]] = value;
        }

        image["general.architecture"] = "abacus";

        var error = await Assert.ThrowsAsync<UnsupportedModelException>(() => LlamaCpp.LoadAsync(Write(image.ToBytes())));
        Assert.That(error!.Architecture, Is.EqualTo("abacus"));
        Assert.That(error.Message, Does.Contain("abacus"));
    }

    [Test]
    public async Task LoadAsync_MissingTensor_TellsWhatTheRuntimeSaid()
    {
        var image = TinyLlama.Create();
        image.Tensors.RemoveAll(tensor => tensor.Name.Equals("blk.1.ffn_up.weight", StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<LaminaException>(() => LlamaCpp.LoadAsync(Write(image.ToBytes())));
        Assert.That(error!.Message, Does.Contain("ffn_up"));
    }

    [Test]
    public async Task LoadAsync_WeightsThatAreNoNumbers_CheckTensorsRefusesThem()
    {
        var path = Write(WithNaN().ToBytes());
        await Assert.ThrowsAsync<LaminaException>(() => LlamaCpp.LoadAsync(path, new() { CheckTensors = true }));
    }

    [Test]
    public async Task GenerateAsync_WeightsThatAreNoNumbers_FailsTheRequestAndNotTheProcess()
    {
        await using var engine = await LlamaCpp.LoadAsync(Write(WithNaN().ToBytes()));

        var error = await Assert.ThrowsAsync<LaminaException>(() => engine.CompleteAsync("x"));
        Assert.That(error!.Message, Does.Contain("NaN"));
    }

    [TestCase(0)]
    [TestCase(-5)]
    [TestCase(257)]
    public async Task LoadAsync_ContextSizeThatCannotBe_NamesIt(int contextSize)
    {
        var error = await Assert.CatchAsync<ArgumentException>(
            () => LlamaCpp.LoadAsync(TestEngines.TinyPath, new() { ContextSize = contextSize }));
        Assert.That(error!.Message, Does.Contain("ContextSize").And.Contain($"{contextSize}"));
    }

    [Test]
    public async Task LoadAsync_SeveralFaults_AreAllListed()
    {
        var options = new EngineOptions
        {
            MaxSequences = 300,
            Threads = 0,
            Generation = new() { MaxTokens = -1, Sampling = new() { Temperature = float.NaN } },
        };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => LlamaCpp.LoadAsync(TestEngines.TinyPath, options));
        Assert.That(error!.Message, Does.Contain("MaxSequences").And.Contain("Threads").And.Contain("MaxTokens")
            .And.Contain("Temperature"));
    }

    [Test]
    public async Task LoadAsync_WeightsBeyondTheMemoryLimit_AreRefusedBeforehand()
    {
        var error = await Assert.ThrowsAsync<MemoryLimitException>(
            () => LlamaCpp.LoadAsync(TestEngines.TinyPath, new() { MemoryLimit = 1000 }));
        Assert.That(error!.LimitBytes, Is.EqualTo(1000));
        Assert.That(error.RequiredBytes, Is.GreaterThan(1000));
    }

    [Test]
    public async Task LoadAsync_ContextBeyondTheMachine_IsRefusedBeforehand()
    {
        var smol = TestSupport.TestModels.Require(TestEngines.SmolName);

        // 256 × 8,192 tokens × 23 KB: 48 GB.
        var options = new EngineOptions
        {
            ContextSize = 8192,
            MaxSequences = 256,
            MemoryLimit = Math.Min(30_000_000_000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        };
        await Assert.ThrowsAsync<MemoryLimitException>(() => LlamaCpp.LoadAsync(smol, options));
    }

    [Test]
    public async Task LoadAsync_CancelledBeforehand_Throws() => await Assert.CatchAsync<OperationCanceledException>(
        () => LlamaCpp.LoadAsync(TestEngines.TinyPath, cancellationToken: new CancellationToken(canceled: true)));

    [Test]
    public async Task LoadAsync_CancelledByItsProgress_StopsAndLoadsAfterwards()
    {
        var smol = TestSupport.TestModels.Require(TestEngines.SmolName);
        using var source = new CancellationTokenSource();
        var last = 0f;
        var progress = new Reporter(part =>
        {
            last = part;
            if (part > 0.2)
            {
                source.Cancel();
            }
        });

        await Assert.CatchAsync<OperationCanceledException>(
            () => LlamaCpp.LoadAsync(smol, progress: progress, cancellationToken: source.Token));

        Assert.That(last, Is.InRange(0.2f, 0.9f));
        await using var engine = await LlamaCpp.LoadAsync(smol, new() { ContextSize = 64, MaxSequences = 1 });
    }

    [Test]
    public async Task LoadAsync_ProgressThrows_FailsWithItsException()
    {
        var progress = new Reporter(_ => throw new FormatException("by the listener"));

        var error = await Assert.ThrowsAsync<LaminaException>(() => LlamaCpp.LoadAsync(TestEngines.TinyPath, progress: progress));
        Assert.That(error!.InnerException, Is.InstanceOf<FormatException>());
    }

    [Test]
    public async Task LoadAsync_Progress_GoesUpToOne()
    {
        var parts = new List<float>();
        await using var engine = await LlamaCpp.LoadAsync(TestEngines.TinyPath, progress: new Reporter(parts.Add));

        Assert.That(parts, Is.Ordered);
        Assert.That(parts[^1], Is.EqualTo(1));
    }

    [Test]
    public async Task LoadAsync_Logger_GetsTheNativeLines()
    {
        using var lines = new LogRecorder();
        await using (await LlamaCpp.LoadAsync(TestEngines.TinyPath, loggerFactory: lines))
        {
            Assert.That(lines.Texts, Has.Some.Contains("llama_context"));
        }

        var count = lines.Lines.Count;
        await using var other = await LlamaCpp.LoadAsync(TestEngines.TinyPath);
        Assert.That(lines.Lines, Has.Count.EqualTo(count), "a disposed engine's logger hears nothing more");
    }

    [Test]
    public async Task LoadAsync_ManyTimes_GivesItsMemoryBack()
    {
        // The allocators of .NET and of libc take a while to settle.
        await LoadAndDispose(150);
        var before = WorkingSet();

        await LoadAndDispose(100);

        // A leaked context would show as 300 MB here, a leaked model as 30.
        Assert.That(WorkingSet() - before, Is.LessThan(20_000_000));

        static long WorkingSet()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return Environment.WorkingSet;
        }

        static async Task LoadAndDispose(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await using var engine = await LlamaCpp.LoadAsync(TestEngines.TinyPath, new() { Threads = 1 });
                await engine.CompleteAsync("abc", new() { MaxTokens = 2 });
                await engine.EmbedAsync("abc");
            }
        }
    }

    private static GgufImage WithNaN()
    {
        var image = TinyLlama.Create();
        BitConverter.TryWriteBytes(image.Tensor("blk.0.attn_q.weight").Data, float.NaN);
        return image;
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, "model.gguf");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private sealed class Reporter(Action<float> report) : IProgress<float>
    {
        public void Report(float value) => report(value);
    }
}
