using System.Diagnostics;
using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Quantization;

/// <summary>Models that are quantized when they are loaded.</summary>
public sealed class QuantizedModelCacheTests
{
    private string _folder = "";

    private static string Draft => TinyModel.DraftPath;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task GetAsync_ASecondTime_WritesNothing()
    {
        var (cache, made) = (NewCache(), new Counter());
        var file = await cache.GetAsync(Draft, QuantizationProfile.Int8, progress: made);
        var written = File.GetLastWriteTimeUtc(file);
        Assert.That(made.Count, Is.EqualTo(GgufFile.Read(Draft).Tensors.Length));
        Assert.That(await NewCache().GetAsync(Draft, QuantizationProfile.Int8, progress: made), Is.EqualTo(file));
        Assert.That(made.Count, Is.EqualTo(GgufFile.Read(Draft).Tensors.Length));
        Assert.That(File.GetLastWriteTimeUtc(file), Is.EqualTo(written));
        Assert.That(GgufFile.Read(file).FileType, Is.EqualTo(GgufFileType.Q8_0));
    }

    [Test]
    public async Task GetAsync_OtherSourceOrProfile_IsAnotherEntry()
    {
        var source = Path.Combine(_folder, "source.gguf");
        File.Copy(Draft, source);
        var cache = NewCache();
        var first = await cache.GetAsync(source, QuantizationProfile.Int8);
        var rule = await cache.GetAsync(source, QuantizationProfile.Int8 with { Rules = [new("blk.0.*", TensorType.F16)] });
        var bytes = File.ReadAllBytes(source);
        bytes[^100] ^= 1;
        File.WriteAllBytes(source, bytes);
        var changed = await cache.GetAsync(source, QuantizationProfile.Int8);
        Assert.That(new[] { first, rule, changed }, Is.Unique);
        Assert.That(new[] { first, rule, changed }.Select(File.Exists), Is.All.True);
    }

    [Test]
    public async Task GetAsync_ManyAtOnce_OneWrites()
    {
        var made = new Counter();
        var files = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => NewCache().GetAsync(Draft, QuantizationProfile.Int4, progress: made)));
        Assert.That(files, Is.All.EqualTo(files[0]));
        Assert.That(made.Count, Is.EqualTo(GgufFile.Read(Draft).Tensors.Length));
    }

    [Test]
    public async Task GetAsync_WhileAnotherWrites_WaitsAndCanBeCancelled()
    {
        var cache = NewCache();
        var file = await cache.GetAsync(Draft, QuantizationProfile.Int8);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        using var cancellation = new CancellationTokenSource();
        Task<string> waiting;
        using (new FileStream($"{Path.GetDirectoryName(file)}.lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var cancelled = cache.GetAsync(Draft, QuantizationProfile.Int8, cancellationToken: cancellation.Token);
            waiting = cache.GetAsync(Draft, QuantizationProfile.Int8);
            await Task.Delay(500);
            Assert.That((cancelled.IsCompleted, waiting.IsCompleted), Is.EqualTo((false, false)));
            Assert.That(Directory.GetDirectories(cache.Folder), Is.Empty, "nobody has begun");
            await cancellation.CancelAsync();
            Assert.That(() => cancelled, Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(await waiting, Is.EqualTo(file));
        Assert.That(File.Exists(file), Is.True);
    }

    [Test]
    [Platform("Linux", Reason = "flock is a program there.")]
    public async Task GetAsync_WhileAnotherProcessWrites_Waits()
    {
        var cache = NewCache();
        var file = await cache.GetAsync(Draft, QuantizationProfile.Int8);
        var entry = Path.GetDirectoryName(file)!;
        Directory.Delete(entry, recursive: true);
        using var other = Process.Start(new ProcessStartInfo("flock", [$"{entry}.lock", "sh", "-c", "echo locked; read line"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        Assert.That(await other.StandardOutput.ReadLineAsync(), Is.EqualTo("locked"));
        var waiting = cache.GetAsync(Draft, QuantizationProfile.Int8);
        await Task.Delay(500);
        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(Directory.GetDirectories(cache.Folder), Is.Empty, "nobody has begun");
        await other.StandardInput.WriteLineAsync();
        Assert.That(await waiting, Is.EqualTo(file));
        await other.WaitForExitAsync();
    }

    [Test]
    public async Task GetAsync_AfterAWriterWasKilled_MakesTheFile()
    {
        var cache = NewCache();
        var file = await cache.GetAsync(Draft, QuantizationProfile.Int8);
        var entry = Path.GetDirectoryName(file)!;
        Directory.Move(entry, $"{entry}.unfinished");
        File.Move(Path.Combine($"{entry}.unfinished", Path.GetFileName(file)), Path.Combine($"{entry}.unfinished", "lamina-left.tmp"));
        Assert.That(await cache.GetAsync(Draft, QuantizationProfile.Int8), Is.EqualTo(file));
        Assert.That(Directory.GetFileSystemEntries(entry), Is.EqualTo(new[] { file }));
        Assert.That(Directory.Exists($"{entry}.unfinished"), Is.False);
    }

    [Test]
    public async Task LoadAsync_WithAProfile_LoadsWhatItMakes()
    {
        var quantization = new LoadTimeQuantization { CacheFolder = _folder };
        var int8 = quantization with { Profile = QuantizationProfile.Int8 };
        await using (var engine = await LlamaCpp.LoadAsync(Draft, new() { ContextSize = 64, Quantization = int8 }))
        {
            Assert.That(engine.Model.FileType, Is.EqualTo("Q8_0"));
            Assert.That((await engine.ScoreAsync(" there was a", "Once upon a time")).LogLikelihood, Is.GreaterThan(-12));
        }

        await using var fastest = await LlamaCpp.LoadAsync(Draft, new() { ContextSize = 64, MaxSequences = 8, Quantization = quantization });
        Assert.That(fastest.Model.FileType, Is.EqualTo($"{ProfileChoice.Fastest(Workload.ManyStreams).Profile.FileType}"));
    }

    [Test]
    public async Task EstimateMemory_OfAQuantizedModel_IsOfWhatIsLoaded()
    {
        var options = new EngineOptions
        {
            ContextSize = 64,
            Quantization = new() { Profile = QuantizationProfile.Int8 with { KeyCacheType = KvCacheType.Int8 }, CacheFolder = _folder },
        };
        var estimate = await InferenceEngine.EstimateMemoryAsync(Draft, options);
        await using var engine = await LlamaCpp.LoadAsync(Draft, options);
        Assert.That(estimate.WeightBytes, Is.EqualTo(engine.Model.SizeBytes));
        Assert.That(estimate.KeyCacheBytes, Is.LessThan(estimate.ValueCacheBytes));
    }

    private QuantizedModelCache NewCache() => new(new LlamaCppRuntime().GetWeightCodec(), Path.Combine(_folder, "cache"));

    private sealed class Counter : IProgress<QuantizationProgress>
    {
        private int _count;

        public int Count => _count;

        public void Report(QuantizationProgress value) => Interlocked.Increment(ref _count);
    }
}
