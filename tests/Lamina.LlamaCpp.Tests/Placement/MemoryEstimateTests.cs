using System.Globalization;
using System.Text.RegularExpressions;
using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Placement;

/// <summary>The estimated KV cache beside what llama.cpp says that it allocates.</summary>
public sealed partial class MemoryEstimateTests
{
    /// <summary>The log rounds to hundredths of a MiB.</summary>
    private const double Rounding = 0.0051;

    private static readonly string[] Models =
        [DecoderModels.Trained, DecoderModels.Window, DecoderModels.Hybrid, DecoderModels.Experts, DecoderModels.Smol];

    [Test]
    public async Task EstimateMemory_KvCache_IsWhatIsAllocated(
        [ValueSource(nameof(Models))] string model,
        [Values(KvLayout.Shared, KvLayout.PerSequence)] KvLayout layout,
        [Values(KvCacheType.F16, KvCacheType.Int8, KvCacheType.Int4)] KvCacheType keys,
        [Values(KvCacheType.F16, KvCacheType.Int8)] KvCacheType values)
    {
        var path = model is DecoderModels.Trained ? TinyModel.Path : TestModels.Require(model);
        var options = new EngineOptions
        {
            ContextSize = 700,
            MaxSequences = 3,
            MicroBatchSize = 128,
            KvLayout = layout,
            KeyCacheType = keys,
            ValueCacheType = values,
        };
        using var log = new LogRecorder();
        await using var engine = await LlamaCpp.LoadAsync(path, options, loggerFactory: log);

        var found = InferenceEngine.EstimateMemory(engine.Model, options);
        var lines = log.Texts.Select(text => SizeLine().Match(text)).Where(match => match.Success).ToArray();
        var allocated = (Sum(lines, "keys"), Sum(lines, "values"));
        TestContext.Out.WriteLine($"{found}: {allocated}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Has.Length.EqualTo(model is DecoderModels.Window ? 2 : 1));
            Assert.That(found.KeyCacheBytes / 1048576.0, Is.EqualTo(allocated.Item1).Within(Rounding * lines.Length));
            Assert.That(found.ValueCacheBytes / 1048576.0, Is.EqualTo(allocated.Item2).Within(Rounding * lines.Length));
            Assert.That(await InferenceEngine.EstimateMemoryAsync(path, options), Is.EqualTo(found));
        }
    }

    /// <summary>
    /// All that llama.cpp says that it allocates for six kinds of settings, of a real model and of small ones of each kind of
    /// memory. Room for outputs is made when they are asked for, so it does not say that at load, nor what the vocabulary takes.
    /// </summary>
    [Test]
    public async Task EstimateMemory_OfSixSettings_IsWithinATenthOfWhatIsAllocated(
        [Values(
            DecoderModels.Smol, DecoderModels.Trained, DecoderModels.Window, DecoderModels.Hybrid, DecoderModels.Experts, DecoderModels.Recurrent,
            TestEngines.MiniName)] string model,
        [Range(0, 5)] int setting)
    {
        var path = model is DecoderModels.Trained ? TinyModel.Path : TestModels.Require(model);
        var options = setting switch
        {
            0 => new EngineOptions(),
            1 => new() { MaxSequences = 1, ContextSize = 512 },
            2 => new() { MaxSequences = 16, ContextSize = 256, BatchSize = 512, MicroBatchSize = 256 },
            3 => new() { MaxSequences = 2, ContextSize = 512, FlashAttention = FlashAttention.Off },
            4 => new() { MaxSequences = 2, KvLayout = KvLayout.PerSequence, MicroBatchSize = 1024 },
            _ => new() { MaxSequences = 8, ContextSize = 512, KvLayout = KvLayout.Shared, BatchSize = 128 },
        };
        using var log = new LogRecorder();
        await using var engine = await LlamaCpp.LoadAsync(path, options, loggerFactory: log);

        var found = InferenceEngine.EstimateMemory(engine.Model, options);
        var allocated = Sum([.. log.Texts.Select(text => BufferLine().Match(text)).Where(match => match.Success)], "size");
        var estimated = (found.TotalBytes - found.OutputBytes - found.VocabularyBytes) / 1048576.0;
        TestContext.Out.WriteLine($"{estimated:F2} MiB estimated, {allocated:F2} allocated ({estimated / allocated - 1:+0.0 %;-0.0 %}): {found}");
        Assert.That(estimated, Is.EqualTo(allocated).Within(10).Percent);
    }

    [Test]
    public async Task EstimateMemory_ModelWithoutAKvCache_HasNone(
        [Values(DecoderModels.Recurrent, TestEngines.MiniName)] string model)
    {
        var path = TestModels.Require(model);
        await using var engine = await LlamaCpp.LoadAsync(path);
        var found = InferenceEngine.EstimateMemory(engine.Model);
        Assert.That((found.KeyCacheBytes, found.ValueCacheBytes), Is.EqualTo((0, 0)));
        Assert.That(await InferenceEngine.EstimateMemoryAsync(path), Is.EqualTo(found));
    }

    private static double Sum(Match[] lines, string group) =>
        lines.Sum(line => double.Parse(line.Groups[group].ValueSpan, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"llama_kv_cache: size = .*K \(\w+\): +(?<keys>[\d.]+) MiB, V \(\w+\): +(?<values>[\d.]+) MiB", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SizeLine();

    [GeneratedRegex(@"(model|KV|RS|compute) buffer size = +(?<size>[\d.]+) MiB", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BufferLine();
}
