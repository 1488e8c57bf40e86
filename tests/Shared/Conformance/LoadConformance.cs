using Lamina.Runtime;
using Lamina.TestSupport.Gguf;

namespace Lamina.TestSupport.Conformance;

/// <summary>What every <see cref="IModelRuntime"/> is held to that reads model files.</summary>
public abstract class LoadConformance
{
    private string _folder = "";

    private IModelRuntime Runtime => CreateRuntime();

    [OneTimeSetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-load").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task LoadAsync_Model_TellsItsProgressToTheEnd()
    {
        var told = new List<float>();

        using var model = await Runtime.LoadAsync(WriteModel(), progress: new Listener(told.Add));

        Assert.That(told, Is.Not.Empty.And.Ordered.And.All.InRange(0f, 1f));
        Assert.That(told[^1], Is.EqualTo(1));
    }

    [Test]
    public async Task LoadAsync_Model_SaysWhatItIs()
    {
        using var model = await Runtime.LoadAsync(WriteModel());
        using var again = await Runtime.LoadAsync(WriteModel("again.gguf"));
        var info = model.Info;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(info.Architecture, Is.EqualTo("llama"));
            Assert.That(info.VocabularySize, Is.EqualTo(model.Tokenizer.VocabularySize).And.GreaterThan(0));
            Assert.That((info.LayerCount, info.ContextLength, info.EmbeddingLength), Is.EqualTo((again.Info.LayerCount, again.Info.ContextLength, again.Info.EmbeddingLength)));
            Assert.That(new[] { info.LayerCount, info.ContextLength, info.EmbeddingLength }, Is.All.GreaterThan(0));
            Assert.That(new[] { info.ParameterCount, info.SizeBytes }, Is.All.GreaterThan(0));
            Assert.That(info.Fingerprint, Does.Match("^[0-9a-f]{32}$").And.EqualTo(again.Info.Fingerprint));
            Assert.That((info.CanGenerate, info.IsReranker, info.Memory), Is.EqualTo((true, false, MemoryKind.Attention)));
        }
    }

    [Test]
    public async Task LoadAsync_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        var model = WriteModel();
        Assert.That(
            async () => await Runtime.LoadAsync(model, progress: new Listener(_ => source.Cancel()), cancellationToken: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            async () => await Runtime.LoadAsync(model, cancellationToken: source.Token),
            Throws.InstanceOf<OperationCanceledException>(), "cancelled before");

        using var loaded = await Runtime.LoadAsync(model);
    }

    [Test]
    public async Task LoadAsync_ListenerThatThrows_EndsTheLoad()
    {
        var failure = new InvalidOperationException("no more");
        var error = await Assert.ThrowsAsync<LaminaException>(
            () => Runtime.LoadAsync(WriteModel(), progress: new Listener(_ => throw failure)));
        Assert.That(error!.InnerException, Is.SameAs(failure));
    }

    [Test]
    public async Task LoadAsync_NoPath_IsRefused([Values("", " ")] string path)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Runtime.LoadAsync(path));
        Assert.That(error!.ParamName, Is.EqualTo("path"));
    }

    [Test]
    public async Task LoadAsync_NoFile_IsRefused() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => Runtime.LoadAsync(Path.Combine(_folder, "none.gguf")));

    [Test]
    public async Task LoadAsync_DamagedFile_IsRefused()
    {
        var whole = TinyLlama.Create().ToBytes();
        byte[][] damaged = [[], "no model at all, but text"u8.ToArray(), whole[..(whole.Length / 10)], whole[..(whole.Length / 2)], whole[..^1]];
        foreach (var bytes in damaged)
        {
            var path = Path.Combine(_folder, "damaged.gguf");
            File.WriteAllBytes(path, bytes);
            await Assert.ThrowsAsync<GgufException>(() => Runtime.LoadAsync(path), $"{bytes.Length} bytes");
        }
    }

    [Test]
    public async Task LoadAsync_UnknownArchitecture_IsNamed()
    {
        var image = TinyLlama.Create();
        foreach (var (key, value) in image.Metadata.Where(pair => pair.Key.StartsWith("llama.", StringComparison.Ordinal)).ToArray())
        {
            image.Remove(key);
            image["abacus." + key["llama.".Length..]] = value;
        }

        image["general.architecture"] = "abacus";
        var path = Path.Combine(_folder, "abacus.gguf");
        File.WriteAllBytes(path, image.ToBytes());

        var error = await Assert.ThrowsAsync<UnsupportedModelException>(() => Runtime.LoadAsync(path));
        Assert.That(error!.Message, Does.Contain("abacus"));
    }

    [Test]
    public async Task LoadAsync_MoreThanTheMemoryLimit_IsRefused() => await Assert.ThrowsAsync<MemoryLimitException>(
        () => Runtime.LoadAsync(WriteModel(), new() { MemoryLimit = 1000 }));

    [Test]
    public async Task LoadState_OfAnotherModel_IsRefused()
    {
        var image = TinyLlama.Create();
        image["llama.block_count"] = 1u;
        image.Tensors.RemoveAll(tensor => tensor.Name.StartsWith("blk.1.", StringComparison.Ordinal));
        var path = Path.Combine(_folder, "one-layer.gguf");
        File.WriteAllBytes(path, image.ToBytes());
        using var model = await Runtime.LoadAsync(WriteModel());
        using var other = await Runtime.LoadAsync(path);
        Threads.Run(() =>
        {
            using var source = other.CreateDecoder(Threads.Options);
            using var destination = model.CreateDecoder(Threads.Options);
            source.Read(0, DecoderSteps.Text(10));

            Assert.That(() => destination.LoadState(0, source.Save(0), 10), Throws.InstanceOf<LaminaException>());
            Assert.That(destination.GetLength(0), Is.Zero);
        });
    }

    [Test]
    public async Task Dispose_OfModelAndDecoder_EndsTheTokenizer()
    {
        var model = await Runtime.LoadAsync(WriteModel());
        Threads.Run(() =>
        {
            var decoder = model.CreateDecoder(Threads.Options);
            model.Dispose();
            decoder.Dispose();
        });

        Assert.That(() => model.Tokenizer.Encode("text"), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void GetDevices_HasTheProcessor()
    {
        Assert.That(Runtime.GetDevices().Devices.Select(device => device.Kind), Has.Member(DeviceKind.Cpu));
        Assert.That(Runtime.Description, Does.Match(@"\d+\.\d+"));
    }

    /// <summary>Creates the runtime.</summary>
    protected abstract IModelRuntime CreateRuntime();

    private string WriteModel(string name = "tiny.gguf")
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
        {
            File.WriteAllBytes(path, TinyLlama.Create().ToBytes());
        }

        return path;
    }

    private sealed class Listener(Action<float> told) : IProgress<float>
    {
        public void Report(float value) => told(value);
    }
}
