using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Quantization;

/// <summary>What a profile says that it will make of a model.</summary>
public sealed class QuantizationPlanTests
{
    [Test]
    public void Create_EveryProfile_SaysFewerBitsThanTheOneBefore()
    {
        var plans = QuantizationProfile.All.Select(profile => QuantizationPlan.Create(TinyModel.Path, profile)).ToArray();
        Assert.That(plans.Select(static plan => plan.BitsPerWeight), Is.Ordered.Descending);
        Assert.That(plans[0].BitsPerWeight, Is.EqualTo(16).Within(0.1));
        Assert.That(plans.Select(static plan => plan.BitsPerWeight - plan.Profile.BitsPerWeight), Is.All.InRange(0, 1.6));
        Assert.That(plans.Where(static plan => plan.NeedsImportance).Select(static plan => plan.Profile.Name), Is.EqualTo(new[] { "Bits2" }));
        Assert.That(plans.Select(static plan => plan.Requantizes), Is.All.False);
    }

    [Test]
    public void Create_RowsThatDoNotFit_SayWhyAndWhatInstead()
    {
        var plan = QuantizationPlan.Create(TestModels.Require(TestEngines.SmolName), QuantizationProfile.Int4);
        var down = plan.Tensors.Single(static tensor => tensor.Source.Name is "blk.10.attn_q.weight");
        Assert.That(down.Type, Is.EqualTo(TensorType.Q5_0));
        Assert.That(down.Fallback, Does.Contain("576").And.Contain("256").And.Contain("Q4_K"));
        Assert.That(plan.Fallbacks, Does.Contain(down));
        Assert.That(plan.Requantizes, Is.True);
    }

    [Test]
    public void Create_ProfileOfOnesOwn_IsFollowed()
    {
        var profile = new QuantizationProfile
        {
            Name = "mine",
            FileType = GgufFileType.Q4_0,
            Rules = [new("blk.0.*", TensorType.F16), new("*.ffn_down.weight", TensorType.Q5_1), new("blk.1.ffn_down.weight", TensorType.Q8_0)],
            EmbeddingType = TensorType.Q5_K,
        };
        var types = QuantizationPlan.Create(TinyModel.Path, profile).Tensors.ToDictionary(
            static tensor => tensor.Source.Name, static tensor => tensor.Type, StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(types["blk.0.ffn_down.weight"], Is.EqualTo(TensorType.F16));
            Assert.That(types["blk.1.ffn_down.weight"], Is.EqualTo(TensorType.Q5_1), "the first rule that fits");
            Assert.That(types["blk.1.ffn_up.weight"], Is.EqualTo(TensorType.Q4_0));
            Assert.That(types["token_embd.weight"], Is.EqualTo(TensorType.Q5_K));
            Assert.That(types["blk.1.attn_norm.weight"], Is.EqualTo(TensorType.F32), "no profile is about these");
        });
    }

    [Test]
    public void Create_Uniform_GivesNoMatrixMoreBits()
    {
        var mixed = QuantizationPlan.Create(TinyModel.Path, QuantizationProfile.Int4);
        var uniform = QuantizationPlan.Create(TinyModel.Path, QuantizationProfile.Int4 with { IsUniform = true });
        Assert.That(mixed.Tensors.Select(static tensor => tensor.Type), Does.Contain(TensorType.Q6_K));
        Assert.That(uniform.Tensors.Select(static tensor => tensor.Type).Distinct(), Is.SubsetOf(new[] { TensorType.Q4_K, TensorType.F32 }));
        Assert.That(uniform.SizeBytes, Is.LessThan(mixed.SizeBytes));
    }

    [TestCase(GgufFileType.NVFP4)]
    [TestCase((GgufFileType)999)]
    public void Create_FilesThatAreNotMade_AreRefused(GgufFileType type) => Assert.That(
        () => QuantizationPlan.Create(TinyModel.Path, new() { Name = "odd", FileType = type }),
        Throws.ArgumentException.With.Message.Contains("FileType").And.Property("ParamName").EqualTo("profile"));

    [Test]
    public void Create_ManyFaults_NamesAllOfThem() => Assert.That(
        () => QuantizationPlan.Create(TinyModel.Path, new()
        {
            Name = " ", FileType = GgufFileType.Q8_0, Rules = [new("", TensorType.Q8_0), new("*", TensorType.I32)], OutputType = TensorType.Q8_K,
        }),
        Throws.ArgumentException.With.Message.Contains("Name").And.Message.Contains("''").And.Message.Contains("I32").And.Message.Contains("OutputType"));

    [Test]
    public void Get_AnyCase_FindsTheProfile()
    {
        Assert.That(QuantizationProfile.Get("int4fast"), Is.SameAs(QuantizationProfile.Int4Fast));
        Assert.That(() => QuantizationProfile.Get("int5fast"), Throws.ArgumentException.With.Message.Contains("Int4Small"));
    }

    [TestCase(Workload.OneStream, true, "Int4Small")]
    [TestCase(Workload.OneStream, false, "Int4Fast")]
    [TestCase(Workload.Prompts, true, "Int4Fast")]
    [TestCase(Workload.ManyStreams, true, "Int4Fast")]
    public void Fastest_ByLoadAndProcessor_SaysWhichAndWhy(Workload workload, bool hasByteProducts, string expected)
    {
        var choice = ProfileChoice.Fastest(workload, new(hasByteProducts));
        Assert.That(choice.Profile.Name, Is.EqualTo(expected));
        Assert.That(choice.Reason, Does.Contain("F16"));
    }
}
