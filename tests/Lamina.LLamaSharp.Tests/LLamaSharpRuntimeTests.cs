using System.Collections.Immutable;
using Lamina.Bindings;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.LLamaSharp.Tests;

/// <summary>What LLamaSharp cannot do is refused with the reason, before anything is loaded or lost by it.</summary>
public sealed class LLamaSharpRuntimeTests
{
    private static readonly LLamaSharpRuntime Runtime = new();

    [Test]
    public async Task LoadAsync_PlacedOnCpus_IsNotSupported()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => Runtime.LoadAsync(TinyModel.Path, new() { Cpu = new() { PinThreads = true } }));
        Assert.That(error!.Message, Does.Contain(nameof(CpuPlacement)));
    }

    [Test]
    public async Task LoadAsync_SingleWeightsElsewhere_IsNotSupported()
    {
        var tensors = ImmutableSortedDictionary<string, string>.Empty.Add("output.weight", "CPU");
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => Runtime.LoadAsync(TinyModel.Path, new() { Offload = new() { Tensors = tensors } }));
        Assert.That(error!.Message, Does.Contain(nameof(Offload.Tensors)));
    }

    [Test]
    public async Task LoadAsync_DeviceThatThereIsNot_NamesThoseThatThereAre()
    {
        var error = await Assert.ThrowsAsync<LaminaException>(
            () => Runtime.LoadAsync(TinyModel.Path, new() { Offload = new() { Devices = ["Abacus0"], Layers = 1 } }));
        Assert.That(error!.Message, Does.Contain("Abacus0").And.Contain("CPU"));
    }

    [Test]
    public async Task LoadAsync_QuantizedWhileLoading_IsNotSupported()
    {
        var options = new EngineOptions { Quantization = new() { Profile = QuantizationProfile.Int8 } };
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => LLamaSharp.LoadAsync(TinyModel.Path, options));
        Assert.That(error!.Message, Does.Contain("LLamaSharp"));
    }

    [Test]
    public async Task CreateDecoder_WatchedOrPlaced_IsNotSupported()
    {
        using var model = await Runtime.LoadAsync(TinyModel.Path);
        Threads.Run(() =>
        {
            Assert.That(
                () => model.CreateDecoder(Threads.Options with { Activations = new NoObserver() }),
                Throws.InstanceOf<NotSupportedException>().With.Message.Contains(nameof(DecoderOptions.Activations)));
            Assert.That(
                () => model.CreateDecoder(Threads.Options with { Cpu = new() { PinThreads = true } }),
                Throws.InstanceOf<NotSupportedException>().With.Message.Contains(nameof(CpuPlacement)));
            using var decoder = model.CreateDecoder(Threads.Options);
            Assert.That(decoder.Read(0, 5, 6, 7), Is.Not.Empty);
        });
    }

    [TestCase(KvCacheType.F16, FlashAttention.On)]
    [TestCase(KvCacheType.F16, FlashAttention.Off)]
    [TestCase(KvCacheType.Int8, FlashAttention.Auto)]
    [TestCase(KvCacheType.Int4, FlashAttention.On)]
    public async Task CreateDecoder_WithAnotherCacheOrAttention_ComputesNearlyTheSame(KvCacheType type, FlashAttention attention)
    {
        using var model = await Runtime.LoadAsync(TinyModel.Path);
        Threads.Run(() =>
        {
            using var plain = model.CreateDecoder(Threads.Options);
            using var decoder = model.CreateDecoder(
                Threads.Options with { KeyCacheType = type, ValueCacheType = type, FlashAttention = attention });

            var (found, expected) = (decoder.Read(0, DecoderSteps.Text(40)), plain.Read(0, DecoderSteps.Text(40)));
            Assert.That(DecoderSteps.Difference(found, expected), Is.LessThan(type == KvCacheType.Int4 ? 3 : 0.5));
        });
    }

    [Test]
    public async Task LoadAsync_OtherLibrariesBeside_AreRefused()
    {
        using var model = await Runtime.LoadAsync(TinyModel.Path);

        var error = Assert.Throws<NativeLibraryException>(() => NativeOwner.Claim("llama.cpp"));
        Assert.That(error!.Message, Does.Contain("LLamaSharp").And.Contain("llama.cpp"));
    }

    [Test]
    public async Task LoadAsync_WithLoggers_TellsThemWhatTheLibrarySays()
    {
        using var recorder = new LogRecorder();
        using var model = await new LLamaSharpRuntime(recorder).LoadAsync(TinyModel.Path);

        Assert.That(recorder.Lines.Where(line => line.Category is "Lamina.LLamaSharp"), Is.Not.Empty);
        Assert.That(recorder.Texts, Has.Some.Contains("llama"));
    }

    [Test]
    public async Task AddLLamaSharp_InAContainer_IsTheRuntimeOfItsEngines()
    {
        var services = new ServiceCollection();
        services.AddLLamaSharp().AddLLamaSharp();
        services.AddLamina(TinyModel.Path);
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetServices<IModelRuntime>().Single(), Is.InstanceOf<LLamaSharpRuntime>());
        var answer = await provider.GetRequiredService<IInferenceEngine>().CompleteAsync("Once upon", new() { MaxTokens = 2, Sampling = new() { Temperature = 0 } });
        Assert.That(answer.Usage.GeneratedTokens, Is.EqualTo(2));
    }

    private sealed class NoObserver : IActivationObserver
    {
        public bool Wants(string weight) => false;

        public void Observe(in Activations activations)
        {
        }
    }
}
