using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

internal sealed class GgufValidatorTests
{
    [Test]
    public void Validate_SoundModel_Passes() => Assert.That(() => Validate(TinyLlama.Create()), Throws.Nothing);

    [TestCase("llama.block_count", 0u)]
    [TestCase("llama.block_count", 513u)]
    [TestCase("llama.block_count", "two")]
    [TestCase("llama.nextn_predict_layers", 3u)]
    [TestCase("llama.context_length", 0u)]
    [TestCase("llama.embedding_length", 0u)]
    [TestCase("llama.embedding_length", 64u)]
    [TestCase("llama.expert_count", 1025u)]
    [TestCase("llama.expert_count", 4u)] // and none used
    [TestCase("llama.expert_used_count", 2u)] // and none there
    [TestCase("llama.expert_group_count", 2u)] // and no experts
    [TestCase("llama.attention.head_count", 64u)]
    [TestCase("llama.attention.head_count", 3u)]
    [TestCase("llama.attention.head_count_kv", 0u)]
    [TestCase("llama.attention.head_count_kv", 3u)]
    [TestCase("llama.attention.key_length", 0u)]
    [TestCase("llama.attention.value_length", 0u)]
    [TestCase("llama.attention.layer_norm_rms_epsilon", float.NaN)]
    [TestCase("llama.attention.layer_norm_rms_epsilon", -1f)]
    [TestCase("llama.attention.layer_norm_rms_epsilon", float.PositiveInfinity)]
    [TestCase("llama.rope.scaling.type", "round")]
    [TestCase("llama.rope.freq_base", float.NaN)]
    [TestCase("llama.rope.dimension_count", 0u)]
    [TestCase("llama.rope.dimension_count", 6u)]
    [TestCase("llama.rope.dimension_count", 10u)]
    [TestCase("llama.rope.dimension_count_swa", 7u)]
    [TestCase("llama.attention.value_length", 6u)]
    [TestCase("llama.pooling_type", 5u)]
    [TestCase("llama.embedding_length_out", 40u)]
    [TestCase("llama.rope.scaling.factor", -1f)]
    [TestCase("general.architecture", "")]
    [TestCase("general.architecture", "clip")]
    [TestCase("tokenizer.ggml.model", 1u)]
    [TestCase("tokenizer.ggml.bos_token_id", "one")]
    [TestCase("tokenizer.ggml.add_bos_token", 1u)]
    public void Validate_BadValue_IsRefusedByName(string key, object value)
    {
        var image = TinyLlama.Create();
        image[key] = value;

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains($"'{key[..(key.LastIndexOf('.') + 1)]}"));
    }

    [Test]
    public void Validate_NoVocabulary_Passes()
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.model"] = "no_vocab";

        Assert.That(() => Validate(image), Throws.Nothing, "tokens can be run without their texts");
    }

    [TestCase("general.architecture")]
    [TestCase("llama.block_count")]
    [TestCase("llama.context_length")]
    [TestCase("llama.embedding_length")]
    [TestCase("tokenizer.ggml.model")]
    [TestCase("tokenizer.ggml.tokens")]
    public void Validate_MissingKey_IsRefusedByName(string key)
    {
        var image = TinyLlama.Create();
        image.Remove(key);

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains($"'{key}'"));
    }

    [TestCase(8u, 2u, 0u, 0u, true)]
    [TestCase(8u, 9u, 0u, 0u, false)]
    [TestCase(8u, 2u, 8u, 1u, false)]
    [TestCase(8u, 2u, 3u, 1u, false)]
    [TestCase(8u, 2u, 4u, 0u, false)]
    [TestCase(8u, 2u, 4u, 4u, false)]
    [TestCase(8u, 2u, 4u, 2u, true)]
    public void Validate_Experts_MustFitTogether(uint experts, uint used, uint groups, uint usedGroups, bool isSound)
    {
        var image = TinyLlama.Create();
        image["llama.expert_count"] = experts;
        image["llama.expert_used_count"] = used;
        image["llama.expert_group_count"] = groups;
        image["llama.expert_group_used_count"] = usedGroups;

        Assert.That(() => Validate(image), isSound ? Throws.Nothing : Throws.InstanceOf<GgufException>());
    }

    [Test]
    public void Validate_HeadCountsOfSingleLayers_MustDivide()
    {
        var image = TinyLlama.Create();
        image["llama.attention.head_count_kv"] = new[] { 2u, 0u };

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("layer 1"));
    }

    [Test]
    public void Validate_ArrayOfOtherLength_IsRefused()
    {
        var image = TinyLlama.Create();
        image["llama.attention.head_count_kv"] = new[] { 2u, 2u, 2u };

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("one for each"));
    }

    [TestCase("a", "a")]
    [TestCase("a\0b", "a\0c")]
    [TestCase("", "[EMPTY_10]")]
    [TestCase("\0", "[EMPTY_10]")]
    public void Validate_TwoTokensOfOneText_AreRefused(string first, string second)
    {
        var image = TinyLlama.Create();
        var tokens = (string[])image["tokenizer.ggml.tokens"];
        tokens[10] = first;
        tokens[20] = second;
        tokens[260] = "other";

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("tokens 10 and 20"));
    }

    [Test]
    public void Validate_TokensThatAreNoUtf8_AreComparedByBytes()
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.tokens"] =
            ((string[])image["tokenizer.ggml.tokens"]).Select((text, i) => i switch
            {
                10 => new Utf8Text([0xC3]),
                11 => new Utf8Text([0xC4]),
                _ => Utf8Text.From(text),
            }).ToArray();

        Assert.That(() => Validate(image), Throws.Nothing);
    }

    [TestCase("tokenizer.ggml.scores")]
    [TestCase("tokenizer.ggml.token_type")]
    public void Validate_ShortArrayBesideTheTokens_IsRefused(string key)
    {
        var image = TinyLlama.Create();
        var array = (Array)image[key];
        var shorter = Array.CreateInstance(array.GetType().GetElementType()!, TinyLlama.Tokens - 1);
        image[key] = shorter;

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains($"'{key}'"));
    }

    [Test]
    public void Validate_OtherNumberOfTokensThanRows_IsRefused()
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.tokens"] = ((string[])image["tokenizer.ggml.tokens"])[..261];

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("'token_embd.weight'"));
    }

    [Test]
    public void Validate_WordPiecesWithoutTheirMarks_AreRefused()
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.model"] = "bert";
        image.Remove("tokenizer.ggml.token_type");
        Assert.That(() => Validate(image), Throws.Nothing, "262 tokens reach the usual numbers");

        image["tokenizer.ggml.tokens"] = ((string[])image["tokenizer.ggml.tokens"])[..90];
        var embeddings = image.Tensor("token_embd.weight");
        embeddings.Shape = [TinyLlama.Width, 90];
        embeddings.Data = embeddings.Data[..(int)embeddings.SizeOfShape()];
        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("seperator_token_id"));
    }

    [Test]
    public void Validate_NoTensors_IsRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors.Clear();

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("no tensors"));
    }

    [Test]
    public void Validate_DataBeyondTheEnd_IsRefusedAtAnyLength()
    {
        var bytes = TinyLlama.Create().ToBytes();
        using var whole = new TemporaryFile(bytes);
        var header = GgufFile.Read(whole.Path);
        var end = (int)(header.DataOffset + header.Tensors[^1].Offset + header.Tensors[^1].Size);

        foreach (var length in (int[])[(int)header.DataOffset, (int)header.DataOffset + 1, end / 2, end - 1])
        {
            using var cut = new TemporaryFile(bytes[..length]);
            Assert.That(() => GgufValidator.Validate(GgufFile.Read(cut.Path)),
                Throws.InstanceOf<GgufException>().With.Message.Contains("cut short"), $"{length} bytes");
        }
    }

    [Test]
    public void Validate_OffsetElsewhere_IsRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors[3].Offset = 64;

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("starts at byte 64"));
    }

    [Test]
    public void Validate_EmptyTensor_IsRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors.Add(ImageTensor.Create("rope_freqs.weight", TensorType.F32, 0));

        Assert.That(() => Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains("is empty"));
    }

    internal static void Validate(GgufImage image)
    {
        using var file = new TemporaryFile(image.ToBytes());
        GgufValidator.Validate(GgufFile.Read(file.Path));
    }
}
