using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

/// <summary>What depends on the kind of network. Tensors are those of the built model, which is not loaded here.</summary>
internal sealed class NetworkRulesTests
{
    [TestCase("llama", 0u, false)]
    [TestCase("qwen2", 0u, false)]
    [TestCase("mamba", 0u, true)]
    [TestCase("rwkv7", 0u, true)]
    [TestCase("jamba", 0u, true)]
    public void Validate_NoHeads_PassWhereLayersAreOfAnotherKind(string architecture, uint heads, bool isSound)
    {
        var image = As(architecture);
        image[$"{architecture}.attention.head_count"] = heads;

        AssertThat(image, isSound, "'");
    }

    [TestCase("qwen3moe")]
    [TestCase("smallthinker")]
    [TestCase("glm4moe")]
    public void Validate_MixtureWithoutExperts_IsRefused(string architecture) =>
        AssertThat(As(architecture), isSound: false, "expert_count' is 0 or missing");

    [Test]
    public void Validate_LayerOfExpertsThatUsesNone_IsRefused()
    {
        var image = TinyLlama.Create();
        image["llama.expert_count"] = 4u;
        image["llama.expert_used_count"] = new[] { 2u, 0u };
        AssertThat(image, isSound: true, "");

        image.Tensors.Add(ImageTensor.Create("blk.1.ffn_gate_inp.weight", TensorType.F32, TinyLlama.Width, 4));
        AssertThat(image, isSound: false, "is 0 for layer 1");
    }

    [TestCase("jamba", 64u, true)]
    [TestCase("jamba", 32u, false)]
    [TestCase("llama", 32u, true)]
    public void Validate_InnerSize_IsTwiceTheWidthWhereItMustBe(string architecture, uint size, bool isSound)
    {
        var image = As(architecture);
        image[$"{architecture}.ssm.inner_size"] = size;

        AssertThat(image, isSound, "ssm.inner_size");
    }

    [TestCase(0u, 4u, 64u, false)]
    [TestCase(3u, 4u, 64u, false)]
    [TestCase(2u, 4u, 63u, false)]
    [TestCase(2u, 4u, 64u, true)]
    public void Validate_GroupsOfStates_DivideTheHeads(uint groups, uint heads, uint inner, bool isSound)
    {
        var image = As("mamba2");
        image["mamba2.ssm.group_count"] = groups;
        image["mamba2.ssm.time_step_rank"] = heads;
        image["mamba2.ssm.inner_size"] = inner;

        AssertThat(image, isSound, "mamba2.ssm.");
    }

    [TestCase("ssm.conv_kernel")]
    [TestCase("ssm.state_size")]
    [TestCase("shortconv.l_cache")]
    [TestCase("wkv.head_size")]
    public void Validate_NoMemory_IsRefused(string name)
    {
        var image = TinyLlama.Create();
        image[$"llama.{name}"] = 0u;

        AssertThat(image, isSound: false, $"'llama.{name}' is 0");
    }

    [TestCase("gemma3", 1u, false)]
    [TestCase("gemma3", 6u, true)]
    [TestCase("gemma4", 1u, true)] // there 1 gives all layers a window
    public void Validate_WindowInNoLayer_IsRefused(string architecture, uint period, bool isSound)
    {
        var image = As(architecture);
        image[$"{architecture}.attention.sliding_window"] = 64u;
        image[$"{architecture}.attention.sliding_window_pattern"] = period;

        AssertThat(image, isSound, "no layer has a window");
    }

    [TestCase(true, true)]
    [TestCase(false, false)]
    public void Validate_WindowByLayers_IsUsedInOne(bool last, bool isSound)
    {
        var image = As("gemma4");
        image["gemma4.attention.sliding_window"] = 64u;
        image["gemma4.attention.sliding_window_pattern"] = new[] { false, last };

        AssertThat(image, isSound, "no layer has a window");
    }

    [TestCase(new[] { 2, 1, 1, 0 }, true)]
    [TestCase(new[] { 0, 0, 0, 4 }, false)]
    [TestCase(new[] { 1, -1, 1, 0 }, false)]
    [TestCase(null, false)]
    public void Validate_SectionsOfPositions_AreThereWhereNeeded(int[]? sections, bool isSound)
    {
        var image = As("qwen2vl");
        if (sections is not null)
        {
            image["qwen2vl.rope.dimension_sections"] = sections;
        }

        AssertThat(image, isSound, "rope.dimension_sections");
    }

    [TestCase(1u, true)]
    [TestCase(256u, true)]
    [TestCase(257u, false)]
    [TestCase(0u, false)]
    public void Validate_Loops_StayBelowTheMostLayers(uint loops, bool isSound)
    {
        var image = As("nanbeige");
        image["nanbeige.num_loops"] = loops;

        AssertThat(image, isSound, "num_loops");
    }

    [Test]
    public void Validate_ProjectionOfOtherHeads_IsRefused()
    {
        var image = TinyLlama.Create();
        image.Tensor("blk.1.attn_k.weight").Shape = [16, 32];

        AssertThat(image, isSound: false, "'blk.1.attn_k.weight' has 32 rows");
    }

    [TestCase("output_norm.weight", TensorType.F16)]
    [TestCase("blk.0.attn_norm.weight", TensorType.Q8_0)]
    [TestCase("blk.0.attn_q.weight", TensorType.I32)]
    [TestCase("blk.0.attn_q.weight", TensorType.F64)]
    [TestCase("blk.0.attn_q.weight", TensorType.Q8_1)]
    public void Validate_TypeThatCannotBeComputedWith_IsRefused(string name, TensorType type)
    {
        var image = TinyLlama.Create();
        var tensor = image.Tensor(name);
        tensor.Type = type;
        tensor.Data = new byte[tensor.SizeOfShape()];

        AssertThat(image, isSound: false, $"tensor '{name}' is stored as {type}");
    }

    [Test]
    public void Validate_MatrixOfOneRow_MayHaveAnyType()
    {
        var image = TinyLlama.Create();
        image.Tensors.Add(ImageTensor.Create("cls.output.weight", TensorType.F16, TinyLlama.Width, 1));

        AssertThat(image, isSound: true, "");
    }

    private static GgufImage As(string architecture)
    {
        var image = TinyLlama.Create();
        foreach (var (key, value) in image.Metadata.Where(pair => pair.Key.StartsWith("llama.", StringComparison.Ordinal)).ToArray())
        {
            image.Remove(key);
            image[architecture + key["llama".Length..]] = value;
        }

        image["general.architecture"] = architecture;
        return image;
    }

    private static void AssertThat(GgufImage image, bool isSound, string message) =>
        Assert.That(() => GgufValidatorTests.Validate(image), isSound
            ? Throws.Nothing
            : Throws.InstanceOf<GgufException>().With.Message.Contains(message));
}
