using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests;

/// <summary>What an engine is loaded with, and what is refused.</summary>
internal sealed class InferenceEngineLoadTests
{
    [Test]
    public async Task Load_Defaults_AreTheDocumentedOnes()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime { Info = origin.Info with { ContextLength = 32_768 } };
        await using var engine = await runtime.StartEngineAsync();
        var options = runtime.Decoders.Single().Options;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(engine.ContextSize, Is.EqualTo(4096));
            Assert.That(options.ContextSize, Is.EqualTo(4096));
            Assert.That(options.SequenceCount, Is.EqualTo(4));
            Assert.That(options.BatchSize, Is.EqualTo(2048));
            Assert.That(options.MicroBatchSize, Is.EqualTo(512));
            Assert.That(options.Threads, Is.EqualTo(CpuTopology.Read().GetDefaultThreads()));
            Assert.That(options.BatchThreads, Is.EqualTo(CpuTopology.Read().GetDefaultThreads()));
            Assert.That(options.Embeddings, Is.False);
            Assert.That(runtime.LoadOptions.Single(), Is.EqualTo(new ModelLoadOptions()));
        }
    }

    [Test]
    public async Task Load_Options_ReachTheRuntime()
    {
        using var runtime = new FakeRuntime();
        var options = new EngineOptions
        {
            ContextSize = 64,
            MaxSequences = 2,
            BatchSize = 32,
            MicroBatchSize = 16,
            KeyCacheType = KvCacheType.Int8,
            ValueCacheType = KvCacheType.Int4,
            FlashAttention = FlashAttention.On,
            Threads = 3,
            BatchThreads = 5,
            CheckTensors = true,
            MemoryLimit = 1_000_000,
        };
        await using var engine = await runtime.StartEngineAsync(options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runtime.Decoders.Single().Options, Is.EqualTo(new DecoderOptions
            {
                ContextSize = 64,
                SequenceCount = 2,
                KvLayout = KvLayout.Shared,
                CellCount = 128,
                KeyCacheType = KvCacheType.Int8,
                ValueCacheType = KvCacheType.Int4,
                FlashAttention = FlashAttention.On,
                BatchSize = 32,
                MicroBatchSize = 16,
                OutputLimit = 32,
                Threads = 3,
                BatchThreads = 5,
            }));
            Assert.That(runtime.LoadOptions.Single(), Is.EqualTo(new ModelLoadOptions { CheckTensors = true, MemoryLimit = 1_000_000 }));
        }
    }

    [TestCase(8, 3, null, 24, 24, TestName = "Load_SmallContext_BatchIsNoLargerThanAllSequences")]
    [TestCase(8, 3, 2, 3, 3, TestName = "Load_SmallBatch_HoldsATokenOfEachSequence")]
    public async Task Load_Sizes_FitEachOther(int context, int sequences, int? batch, int expectedBatch, int expectedMicroBatch)
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = context, MaxSequences = sequences, BatchSize = batch });
        var options = runtime.Decoders.Single().Options;
        Assert.That((options.BatchSize, options.MicroBatchSize), Is.EqualTo((expectedBatch, expectedMicroBatch)));
    }

    [Test]
    public void Load_OptionsWithFaults_ListsThemAllBeforeAnythingIsLoaded()
    {
        using var runtime = new FakeRuntime();
        var options = new EngineOptions
        {
            ContextSize = 0,
            MaxSequences = 257,
            KeyCacheType = (KvCacheType)9,
            ValueCacheType = (KvCacheType)(-1),
            FlashAttention = (FlashAttention)3,
            BatchSize = -1,
            MicroBatchSize = 0,
            Threads = 0,
            BatchThreads = 513,
            MemoryLimit = 0,
            Generation = new() { MaxTokens = -3, Stop = [""], Sampling = new() { MinP = float.NaN } },
        };
        string[] expected =
        [
            "ContextSize was 0", "MaxSequences was 257", "KeyCacheType was 9", "ValueCacheType was -1", "FlashAttention was 3", "BatchSize was -1", "MicroBatchSize was 0", "EngineOptions.Threads was 0",
            "BatchThreads was 513", "MemoryLimit was 0", "MaxTokens was -3", "Stop ", "MinP was NaN",
        ];
        var thrown = Assert.Throws<ArgumentException>(() => InferenceEngine.LoadAsync(runtime, "x", options).GetAwaiter().GetResult())!;
        using (Assert.EnterMultipleScope())
        {
            foreach (var fault in expected)
            {
                Assert.That(thrown.Message, Does.Contain(fault));
            }

            Assert.That(runtime.Loads, Is.Zero);
        }
    }

    [Test]
    public void Load_NullsAndBlanks_AreRefused()
    {
        using var runtime = new FakeRuntime();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await InferenceEngine.LoadAsync(null!, "x"), Throws.ArgumentNullException);
            Assert.That(async () => await InferenceEngine.LoadAsync(runtime, null!), Throws.ArgumentNullException);
            Assert.That(async () => await InferenceEngine.LoadAsync(runtime, " "), Throws.ArgumentException);
        }
    }

    [Test]
    public async Task Load_ContextSizeOfTheModel_IsTaken()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 1024 });
        Assert.That(engine.ContextSize, Is.EqualTo(1024));
    }

    [Test]
    public void Load_ContextSizeBeyondTheModels_IsRefusedWithBoth()
    {
        using var runtime = new FakeRuntime();
        Assert.That(
            async () => await runtime.StartEngineAsync(new() { ContextSize = 1025 }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1025").And.Message.Contains("1024"));
        Assert.That(runtime.Models.Single().Disposals, Is.EqualTo(1));
    }

    [Test]
    public void Load_BeyondTheMemoryLimit_IsRefusedBeforeTheDecoderIsMade()
    {
        var made = 0;
        using var runtime = new FakeRuntime { OnCreateDecoder = _ => made++ };

        // 4,000 of weights, 257 × 300 of the vocabulary, 2 × 1,000 cells, rounded up to 2,048, × 8 elements × 2 bytes, 128 × 257 logits × 4 bytes.
        const long required = 4000 + 77_100 + 32_768 + 131_584;
        var options = new EngineOptions { ContextSize = 1000, MaxSequences = 2, MemoryLimit = required - 1 };
        Assert.That(
            async () => await runtime.StartEngineAsync(options),
            Throws.TypeOf<MemoryLimitException>()
                .With.Property(nameof(MemoryLimitException.RequiredBytes)).EqualTo(required)
                .And.Property(nameof(MemoryLimitException.LimitBytes)).EqualTo(required - 1)
                .And.Message.Contains("2 sequences of 1000 tokens"));
        Assert.That((made, runtime.Models.Single().Disposals), Is.EqualTo((0, 1)));
        Assert.That(
            async () => await (await runtime.StartEngineAsync(options with { MemoryLimit = required })).DisposeAsync(), Throws.Nothing);
    }

    [Test]
    public void Load_FiguresBeyond64Bits_AreRefusedAsTooLarge()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime
        {
            Info = origin.Info with { ContextLength = int.MaxValue, KvCache = new() { KeyElements = 1L << 40 } },
        };
        Assert.That(
            async () => await runtime.StartEngineAsync(new() { ContextSize = int.MaxValue, MaxSequences = 256 }),
            Throws.TypeOf<MemoryLimitException>());
    }

    [Test]
    public async Task Embed_BeyondTheMemoryLimit_IsRefusedAndTextGoesOn()
    {
        using var runtime = new FakeRuntime { Answer = _ => "ok" };
        await using var engine = await runtime.StartEngineAsync(new() { ContextSize = 1000, MaxSequences = 1, MemoryLimit = 280_000 });
        Assert.That(async () => await engine.EmbedAsync(["x"]), Throws.TypeOf<MemoryLimitException>());
        Assert.That((await engine.ReadAllAsync("x>")).Text(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task Load_ModelWithoutContextLength_TakesTheDefault()
    {
        using var origin = new FakeRuntime();
        using var runtime = new FakeRuntime { Info = origin.Info with { ContextLength = 0 } };
        await using var engine = await runtime.StartEngineAsync();
        Assert.That(engine.ContextSize, Is.EqualTo(4096));
    }

    [Test]
    public void Load_RuntimeThrows_ThrowsThat()
    {
        using var runtime = new FakeRuntime { OnLoad = _ => throw new GgufException("x", "cut short") };
        Assert.That(async () => await runtime.StartEngineAsync(), Throws.TypeOf<GgufException>().With.Property("Path").EqualTo("x"));
    }

    [Test]
    public async Task Load_Cancelled_ThrowsAndFreesTheModel()
    {
        using var cancellation = new CancellationTokenSource();
        using var runtime = new FakeRuntime { OnCreateDecoder = _ => Assert.Fail("not reached") };
        runtime.OnLoad = _ => cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(
            () => InferenceEngine.LoadAsync(runtime, "x", cancellationToken: cancellation.Token));
        Assert.That(runtime.Decoders, Is.Empty);
    }
}
