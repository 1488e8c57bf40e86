using Lamina.Gguf;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tests.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Placement;

/// <summary>What an engine would take of memory.</summary>
internal sealed class MemoryEstimateTests
{
    private static readonly KvCacheShape Shape = new()
    {
        KeyElements = 64,
        ValueElements = 128,
        KeyLength = 32,
        ValueLength = 64,
    };

    [TestCase(KvCacheType.F16, KvCacheType.F16, 128, 256)]
    [TestCase(KvCacheType.Int8, KvCacheType.F16, 68, 256)]
    [TestCase(KvCacheType.F16, KvCacheType.Int8, 128, 136)]
    [TestCase(KvCacheType.Int4, KvCacheType.Int8, 36, 136)]
    [TestCase(KvCacheType.Int8, KvCacheType.Int4, 68, 72)]
    public void EstimateMemory_OfEachType_CountsItsBlocks(KvCacheType keys, KvCacheType values, int keyBytes, int valueBytes)
    {
        var estimate = InferenceEngine.EstimateMemory(
            Model(Shape),
            new() { ContextSize = 1024, MaxSequences = 2, KeyCacheType = keys, ValueCacheType = values });
        Assert.That(estimate, Is.EqualTo(new MemoryEstimate
        {
            WeightBytes = 4000,
            VocabularyBytes = 257 * 300,
            KeyCacheBytes = 2048L * keyBytes,
            ValueCacheBytes = 2048L * valueBytes,
            OutputBytes = 128 * 257 * 4,
        }));
        Assert.That(estimate.TotalBytes, Is.EqualTo(4000 + (257 * 300) + (2048 * (keyBytes + valueBytes)) + (128 * 257 * 4)));
    }

    [TestCase(KvLayout.Shared, null, 512)]
    [TestCase(KvLayout.Shared, 600, 768)]
    [TestCase(KvLayout.PerSequence, null, 3 * 256)]
    public void EstimateMemory_Cells_ComeInStepsOf256(KvLayout layout, int? cacheTokens, int cells) => Assert.That(
        InferenceEngine.EstimateMemory(
            Model(Shape),
            new() { ContextSize = 100, MaxSequences = 3, KvLayout = layout, CacheTokens = cacheTokens }).KeyCacheBytes,
        Is.EqualTo(cells * 128));

    /// <summary>Windows of 64 tokens, and what is computed at once.</summary>
    [TestCase(KvLayout.Shared, 4096, 100, 256)]
    [TestCase(KvLayout.Shared, 4096, 512, 512 + 256)]
    [TestCase(KvLayout.PerSequence, 1024, 100, 3 * 256)]
    [TestCase(KvLayout.PerSequence, 1024, 512, 3 * (512 + 256))]
    [TestCase(KvLayout.PerSequence, 200, 512, 3 * 256)]
    public void EstimateMemory_Windows_HaveFewerCells(KvLayout layout, int contextSize, int microBatch, int cells)
    {
        var shape = new KvCacheShape { WindowKeyElements = 64, WindowValueElements = 64, Window = 50 };
        var estimate = InferenceEngine.EstimateMemory(
            Model(shape) with { ContextLength = 4096 },
            new() { ContextSize = contextSize, MaxSequences = 3, KvLayout = layout, MicroBatchSize = microBatch });
        Assert.That(estimate.KeyCacheBytes, Is.EqualTo(cells * 128));
    }

    [Test]
    public void EstimateMemory_EmbeddingModel_CountsItsOwnDecoder()
    {
        var estimate = InferenceEngine.EstimateMemory(
            Model(KvCacheShape.None) with { CanGenerate = false }, new() { ContextSize = 300 });
        Assert.That((estimate.KeyCacheBytes, estimate.OutputBytes), Is.EqualTo((0, 300 * 257 * 4)));
    }

    [Test]
    public void EstimateMemory_FiguresBeyond64Bits_AreTheMost()
    {
        var shape = new KvCacheShape { KeyElements = 1L << 60, ValueElements = 1L << 60 };
        var estimate = InferenceEngine.EstimateMemory(Model(shape));
        Assert.That((estimate.KeyCacheBytes, estimate.TotalBytes), Is.EqualTo((long.MaxValue, long.MaxValue)));
    }

    [Test]
    public void EstimateMemory_OptionsWithFaults_ListsThemAll()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => InferenceEngine.EstimateMemory(
                    Model(KvCacheShape.None), new() { Threads = 0, KeyCacheType = KvCacheType.Int8 }),
                Throws.ArgumentException.With.Message.Contains("Threads was 0").And.Message.Contains("KeyCacheType was Int8"));
            Assert.That(() => InferenceEngine.EstimateMemory(null!), Throws.ArgumentNullException);
            Assert.That(
                () => InferenceEngine.EstimateMemory(Model(Shape), new() { ContextSize = 1025 }),
                Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task EstimateMemoryAsync_File_IsReadWithoutARuntime()
    {
        var image = TinyLlama.Create();
        using var file = new TemporaryFile(image.ToBytes());
        var estimate = await InferenceEngine.EstimateMemoryAsync(file.Path, new() { MaxSequences = 1 });
        Assert.That(estimate, Is.EqualTo(new MemoryEstimate
        {
            WeightBytes = image.Tensors.Sum(tensor => tensor.Data.Length),
            VocabularyBytes = 262 * 300,
            KeyCacheBytes = 256 * 32 * 2,
            ValueCacheBytes = 256 * 32 * 2,
            OutputBytes = 128 * 262 * 4,

            // What 256 tokens see of 256 cells, and 4 times 32 and 3 times 64 numbers of each.
            ComputeBytes = 256 * ((2 * 256) + (4 * ((4 * 32) + (3 * 64)))),
        }));
    }

    [Test]
    public void EstimateMemoryAsync_WhatCannotBe_IsRefused()
    {
        using var file = new TemporaryFile(TinyLlama.Create().ToBytes());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await InferenceEngine.EstimateMemoryAsync(file.Path, new() { ValueCacheType = KvCacheType.Int4 }),
                Throws.ArgumentException.With.Message.Contains("ValueCacheType was Int4"));
            Assert.That(async () => await InferenceEngine.EstimateMemoryAsync(" "), Throws.ArgumentException);
            Assert.That(
                async () => await InferenceEngine.EstimateMemoryAsync(file.Path + ".none"), Throws.InstanceOf<IOException>());
            Assert.That(
                async () => await InferenceEngine.EstimateMemoryAsync(file.Path, cancellationToken: cancelled.Token),
                Throws.InstanceOf<OperationCanceledException>());
        }

        using var damaged = new TemporaryFile([1, 2, 3]);
        Assert.That(async () => await InferenceEngine.EstimateMemoryAsync(damaged.Path), Throws.InstanceOf<GgufException>());
    }

    private static ModelInfo Model(KvCacheShape shape)
    {
        using var runtime = new FakeRuntime();
        return runtime.Info with { KvCache = shape };
    }
}
