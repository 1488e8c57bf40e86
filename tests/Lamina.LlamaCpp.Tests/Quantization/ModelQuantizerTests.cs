using System.Diagnostics;
using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests.Quantization;

/// <summary>Files that are made of files, and what is refused.</summary>
public sealed class ModelQuantizerTests
{
    private string _folder = "";

    private static string Draft => TinyModel.DraftPath;

    private string Target => Path.Combine(_folder, "target.gguf");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task QuantizeAsync_AProfile_MakesTheFileThatThePlanSays()
    {
        var progress = new List<QuantizationProgress>();
        var result = await LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.Int4, progress: new Collector(progress));
        var (source, file) = (GgufFile.Read(Draft), GgufFile.Read(Target));
        Assert.Multiple(() =>
        {
            Assert.That(result.Files, Is.EqualTo(new[] { Target }));
            Assert.That(result.SizeBytes, Is.EqualTo(file.Length));
            Assert.That(result.Plan.SizeBytes, Is.EqualTo(file.TensorBytes));
            Assert.That(result.IsLossless, Is.False);
            Assert.That(file.Tensors.Select(static tensor => tensor.Type), Is.EqualTo(result.Plan.Tensors.Select(static tensor => tensor.Type)));
            Assert.That(file.FileType, Is.EqualTo(GgufFileType.Q4_K_M));
            Assert.That(file.Name, Is.EqualTo(source.Name));
            Assert.That(progress, Has.Count.EqualTo(file.Tensors.Length));
            Assert.That(progress.Select(static step => step.TensorsDone), Is.EqualTo(Enumerable.Range(1, file.Tensors.Length)));
            Assert.That(progress.Select(static step => step.BytesDone), Is.Ordered.Ascending);
            Assert.That(progress[^1].BytesDone, Is.EqualTo(source.TensorBytes).And.EqualTo(progress[^1].ByteCount));
            Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { Target }));
        });
    }

    [Test]
    public async Task QuantizeAsync_SoManyThreads_MakesTheSame([Values(1, 3)] int threads)
    {
        var other = Path.Combine(_folder, "other.gguf");
        await LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.Int4Small);
        await LlamaCpp.QuantizeAsync(Draft, other, QuantizationProfile.Int4Small, new() { Threads = threads });
        Assert.That(File.ReadAllBytes(other), Is.EqualTo(File.ReadAllBytes(Target)));
    }

    [Test]
    public async Task QuantizeAsync_ToBFloat16_TellsWhetherAnythingIsLost()
    {
        var lossy = await LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.BFloat16);
        Assert.That(lossy.IsLossless, Is.False, "F16 has three bits more");

        var wide = Path.Combine(_folder, "wide.gguf");
        var widened = await LlamaCpp.QuantizeAsync(Target, wide, new() { Name = "wide", FileType = GgufFileType.F32 });
        Assert.That(widened.IsLossless, Is.True);
        var back = await LlamaCpp.QuantizeAsync(wide, Path.Combine(_folder, "back.gguf"), QuantizationProfile.BFloat16);
        Assert.That(back.IsLossless, Is.True);
        Assert.That(File.ReadAllBytes(back.Files[0]), Is.EqualTo(File.ReadAllBytes(Target)));
    }

    [Test]
    public async Task QuantizeAsync_ModelInParts_MakesAsManyParts()
    {
        var parts = Split(Draft, 3);
        await LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.Int4);
        var result = await LlamaCpp.QuantizeAsync(parts[0], Path.Combine(_folder, "small.gguf"), QuantizationProfile.Int4);
        Assert.That(result.Files.Select(Path.GetFileName), Is.EqualTo(
            new[] { "small-00001-of-00003.gguf", "small-00002-of-00003.gguf", "small-00003-of-00003.gguf" }));
        Assert.That(result.SizeBytes, Is.EqualTo(result.Files.Sum(static file => new FileInfo(file).Length)));

        // The same model, which says the same.
        await using var whole = await LlamaCpp.LoadAsync(Target, new() { ContextSize = 64 });
        await using var split = await LlamaCpp.LoadAsync(result.Files[0], new() { ContextSize = 64 });
        var (first, second) = (await whole.ScoreAsync(" there was a", "Once upon a time"), await split.ScoreAsync(" there was a", "Once upon a time"));
        Assert.That(second.LogLikelihood, Is.EqualTo(first.LogLikelihood));

        Assert.That(
            () => LlamaCpp.QuantizeAsync(parts[0], parts[1], QuantizationProfile.Int4),
            Throws.ArgumentException.With.Message.Contains("source itself"));
    }

    [Test]
    public void QuantizeAsync_ToTheSource_IsRefused()
    {
        File.Copy(Draft, Target);
        var link = Path.Combine(_folder, "link.gguf");
        File.CreateSymbolicLink(link, Target);
        var before = File.ReadAllBytes(Target);
        var folder = Path.Combine(_folder, "folder");
        Directory.CreateSymbolicLink(folder, _folder);
        foreach (var same in (string[])[Target, link, Path.Combine(_folder, ".", "target.gguf"), Path.Combine(folder, "target.gguf")])
        {
            Assert.That(
                () => LlamaCpp.QuantizeAsync(Target, same, QuantizationProfile.Int8), Throws.ArgumentException.With.Message.Contains("source itself").And.Property("ParamName").EqualTo("target"));
        }

        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(before));
    }

    [Test]
    public async Task QuantizeAsync_AQuantizedSource_AsksForLeave()
    {
        await LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.Int8);
        var other = Path.Combine(_folder, "other.gguf");
        Assert.That(
            () => LlamaCpp.QuantizeAsync(Target, other, QuantizationProfile.Int4),
            Throws.ArgumentException.With.Message.Contains("AllowRequantize").And.Message.Contains("Q8_0"));
        var result = await LlamaCpp.QuantizeAsync(Target, other, QuantizationProfile.Int4, new() { AllowRequantize = true });
        Assert.That(GgufFile.Read(result.Files[0]).FileType, Is.EqualTo(GgufFileType.Q4_K_M));
    }

    [Test]
    public void QuantizeAsync_TooFewBitsWithoutImportance_IsRefused() => Assert.That(
        () => LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.Bits2),
        Throws.ArgumentException.With.Message.Contains("importance matrix").And.Message.Contains("blk.0."));

    [Test]
    public void QuantizeAsync_DamagedSource_SaysWhatIsWrong()
    {
        var source = Path.Combine(_folder, "source.gguf");
        File.WriteAllBytes(source, TinyLlama.Create().ToBytes()[..^3000]);
        Assert.That(() => LlamaCpp.QuantizeAsync(source, Target, QuantizationProfile.Int8), Throws.InstanceOf<GgufException>());

        var file = GgufFile.Read(Draft);
        var tensor = file.Tensors.Single(static tensor => tensor.Name is "blk.1.attn_q.weight");
        var bytes = File.ReadAllBytes(Draft);
        BitConverter.TryWriteBytes(bytes.AsSpan((int)(file.DataOffset + tensor.Offset) + 1000), Half.NaN);
        File.WriteAllBytes(source, bytes);
        foreach (var profile in QuantizationProfile.All.Where(static profile => profile != QuantizationProfile.Bits2))
        {
            Assert.That(
                () => LlamaCpp.QuantizeAsync(source, Target, profile),
                Throws.InstanceOf<GgufException>().With.Message.Contains("blk.1.attn_q.weight").And.Message.Contains("not finite"), profile.Name);
        }

        Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { source }));
    }

    [Test]
    public void QuantizeAsync_NoFolder_SaysWhich() => Assert.That(
        () => LlamaCpp.QuantizeAsync(Draft, Path.Combine(_folder, "none", "target.gguf"), QuantizationProfile.Int8),
        Throws.InstanceOf<DirectoryNotFoundException>().With.Message.Contains("none"));

    [Test]
    public async Task QuantizeAsync_CancelledAtAnyTensor_LeavesWhatWasThere([Range(1, 12)] int seed)
    {
        File.WriteAllText(Target, "old");
        using var cancellation = new CancellationTokenSource();
        var tensors = GgufFile.Read(Draft).Tensors.Length;
        var at = new Random(seed).Next(1, tensors);
        var steps = new List<QuantizationProgress>();
        var progress = new Collector(steps, step =>
        {
            if (step.TensorsDone == at)
            {
                cancellation.Cancel();
            }
        });
        await Assert.ThatAsync(
            () => LlamaCpp.QuantizeAsync(Draft, Target, QuantizationProfile.Int5, progress: progress, cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { Target }));
        Assert.That(File.ReadAllText(Target), Is.EqualTo("old"));
        Assert.That(steps, Has.Count.LessThan(at + 10), "what was under way is finished, and no more");
    }

    [Test]
    public async Task QuantizeAsync_FullDisk_LeavesNothing([Values] bool fillsUpOnTheWay)
    {
        var disk = Path.Combine(_folder, "disk");
        Directory.CreateDirectory(disk);
        using var small = SmallDisk.Mount(disk, megabytes: 2);
        var filler = Path.Combine(disk, "filler");
        if (!fillsUpOnTheWay)
        {
            File.WriteAllBytes(filler, new byte[1_500_000]);
            await Assert.ThatAsync(
                () => LlamaCpp.QuantizeAsync(Draft, Path.Combine(disk, "target.gguf"), QuantizationProfile.Int8),
                Throws.InstanceOf<IOException>().With.Message.Contains("has room for"));
            Assert.That(Directory.GetFiles(disk), Is.EqualTo(new[] { filler }));
            return;
        }

        // Room is taken for the whole file at the start, so that it cannot run out on the way.
        var free = long.MaxValue;
        var progress = new Collector([], _ => free = Math.Min(free, new DriveInfo(disk).AvailableFreeSpace));
        var result = await LlamaCpp.QuantizeAsync(Draft, Path.Combine(disk, "target.gguf"), QuantizationProfile.Int8, progress: progress);
        Assert.That(free, Is.LessThan(new DriveInfo(disk).TotalSize - result.SizeBytes + 8192));
    }

    /// <summary>Writes a model anew in several files.</summary>
    private string[] Split(string path, int count)
    {
        var whole = GgufImage.Load(path);
        var paths = Enumerable.Range(1, count).Select(number => Path.Combine(_folder, $"split-0000{number}-of-0000{count}.gguf")).ToArray();
        for (var i = 0; i < count; i++)
        {
            var part = i == 0 ? whole.Clone() : new GgufImage();
            (part["split.no"], part["split.count"], part["split.tensors.count"]) = ((ushort)i, (ushort)count, whole.Tensors.Count);
            part.Tensors.Clear();
            part.Tensors.AddRange(whole.Tensors.Where((_, index) => index % count == i));
            File.WriteAllBytes(paths[i], part.ToBytes());
        }

        return paths;
    }

    private sealed class Collector(List<QuantizationProgress> steps, Action<QuantizationProgress>? then = null) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value)
        {
            steps.Add(value);
            then?.Invoke(value);
        }
    }

    /// <summary>A file system of a few megabytes; where none can be made, the running test is ignored, with the reason.</summary>
    private sealed class SmallDisk(string folder) : IDisposable
    {
        public static SmallDisk Mount(string folder, int megabytes)
        {
            var said = OperatingSystem.IsLinux() ? Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder) : "this is not Linux";
            if (said.Length > 0)
            {
                Assert.Ignore($"No small disk can be mounted here: {said}");
            }

            return new(folder);
        }

        public void Dispose() => Run("umount", folder);

        private static string Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? "" : $"{program} said: {said}";
        }
    }
}
