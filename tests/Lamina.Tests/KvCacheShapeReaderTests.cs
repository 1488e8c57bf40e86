using Lamina.Gguf;
using Lamina.Runtime;
using Lamina.Tests.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests;

/// <summary>What a KV cache holds, by headers of many architectures.</summary>
internal sealed class KvCacheShapeReaderTests
{
    [Test]
    public void Read_PlainAttention_AddsTheLayersUp() => Assert.That(Read("llama"), Is.EqualTo(new KvCacheShape
    {
        KeyElements = 2 * 2 * 8,
        ValueElements = 2 * 2 * 8,
        KeyLength = 8,
        ValueLength = 8,
    }));

    [Test]
    public void Read_OtherWidthOfKeysAndValues_CountsThemApart()
    {
        var shape = Read("llama", ("attention.key_length", 24u), ("attention.value_length", 16u));
        Assert.That((shape.KeyElements, shape.ValueElements), Is.EqualTo((2 * 2 * 24, 2 * 2 * 16)));
        Assert.That((shape.KeyLength, shape.ValueLength), Is.EqualTo((24, 16)));
    }

    [Test]
    public void Read_NoSharedHeads_HasOneKeyForEachHead()
    {
        var image = Image("llama");
        image.Remove("llama.attention.head_count_kv");
        Assert.That(Read(image).KeyElements, Is.EqualTo(2 * 4 * 8));
    }

    [Test]
    public void Read_LayersWithoutKeys_AreNotCounted() =>
        Assert.That(Read("lfm2", ("attention.head_count_kv", new[] { 0u, 2u })).KeyElements, Is.EqualTo(2 * 8));

    [Test]
    public void Read_FullAttentionNowAndThen_CountsThoseLayers() => Assert.That(
        Read("qwen3next", ("block_count", 9u), ("full_attention_interval", 4u)).KeyElements, Is.EqualTo(2 * 2 * 8));

    [Test]
    public void Read_ValuesWithinTheKeys_AreNotCounted()
    {
        var shape = Read(
            "deepseek2",
            ("attention.head_count_kv", 1u),
            ("attention.key_length", 576u),
            ("attention.value_length", 512u),
            ("attention.key_length_mla", 192u));
        Assert.That((shape.KeyElements, shape.ValueElements), Is.EqualTo((2 * 576, 0)));
    }

    [Test]
    public void LargestLayer_LayersThatDiffer_IsTheOneThatKeepsMost()
    {
        using var file = new TemporaryFile(Image("llama", ("attention.head_count_kv", new[] { 1u, 4u }), ("attention.value_length", 16u)).ToBytes());
        Assert.That(new KvCacheShapeReader(GgufFile.Read(file.Path)).LargestLayer(), Is.EqualTo(4 * 16));
    }

    [TestCase("bert")]
    [TestCase("nomic-bert-moe")]
    [TestCase("gemma-embedding")]
    public void Read_Encoder_HasNone(string architecture) =>
        Assert.That(Read(architecture), Is.EqualTo(KvCacheShape.None));

    [Test]
    public void Read_NoAttention_HasNone() =>
        Assert.That(Read("mamba", ("attention.head_count", 0u), ("attention.head_count_kv", 0u)), Is.EqualTo(KvCacheShape.None));

    [TestCase("gemma3", 7, 1)]
    [TestCase("gemma2", 7, 3)]
    [TestCase("gpt-oss", 4, 2)]
    [TestCase("llama", 4, 4)]
    public void Read_Window_LayersTakeTurnsAsTheArchitectureHasThem(string architecture, int layers, int full)
    {
        var shape = Read(architecture, ("block_count", (uint)layers), ("attention.sliding_window", 64u));
        Assert.That((shape.KeyElements, shape.WindowValueElements), Is.EqualTo((full * 16, (layers - full) * 16)));
        Assert.That(shape.Window, Is.EqualTo(full == layers ? 0 : 64));
    }

    [Test]
    public void Read_WindowByAPeriod_GoesByIt()
    {
        var shape = Read(
            "gemma3", ("block_count", 9u), ("attention.sliding_window", 64u), ("attention.sliding_window_pattern", 3u));
        Assert.That((shape.KeyElements, shape.WindowKeyElements), Is.EqualTo((3 * 16, 6 * 16)));
    }

    [Test]
    public void Read_WindowByLayerWithHeadsOfItsOwn_GoesByThem()
    {
        var shape = Read(
            "gemma4",
            ("block_count", 3u),
            ("attention.key_length", 48u),
            ("attention.key_length_swa", 32u),
            ("attention.value_length", 48u),
            ("attention.head_count_kv", new[] { 2u, 1u, 2u }),
            ("attention.sliding_window", 64u),
            ("attention.sliding_window_pattern", new[] { true, false, true }));
        Assert.That(shape, Is.EqualTo(new KvCacheShape
        {
            KeyElements = 48,
            ValueElements = 48,
            WindowKeyElements = 2 * 2 * 32,
            WindowValueElements = 2 * 2 * 48,
            Window = 64,
            KeyLength = 16,
            ValueLength = 48,
        }));
    }

    private static KvCacheShape Read(string architecture, params (string Key, object Value)[] more) =>
        Read(Image(architecture, more));

    private static KvCacheShape Read(GgufImage image)
    {
        using var file = new TemporaryFile(image.ToBytes());
        return new KvCacheShapeReader(GgufFile.Read(file.Path)).Read();
    }

    /// <summary>2 layers, 4 heads of 8 numbers, of which 2 have keys.</summary>
    private static GgufImage Image(string architecture, params (string Key, object Value)[] more)
    {
        var image = TinyLlama.Create();
        image["general.architecture"] = architecture;
        foreach (var (key, value) in image.Metadata.ToArray())
        {
            if (key.StartsWith("llama.", StringComparison.Ordinal))
            {
                image.Remove(key);
                image[$"{architecture}.{key["llama.".Length..]}"] = value;
            }
        }

        foreach (var (key, value) in more)
        {
            image[$"{architecture}.{key}"] = value;
        }

        return image;
    }
}
