using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/quantization.md.</summary>
public sealed class QuantizationTests : PageFixture
{
    [Test]
    public async Task Models_AreMadeSmallerAndMeasured()
    {
        var plan = QuantizationPlan.Create(TinyModel.Path, QuantizationProfile.Int8);
        var made = await LlamaCpp.QuantizeAsync(TinyModel.Path, "small.gguf", QuantizationProfile.Int4);
        Console.WriteLine($"{plan.SizeBytes / 1e6:F1} MB in Int8, {made.SizeBytes / 1e6:F1} MB in Int4, {made.Plan.BitsPerWeight:F1} bits a weight");

        var quantization = new LoadTimeQuantization { Profile = QuantizationProfile.Int4Fast, CacheFolder = "cache" };
        await using var quick = await LlamaCpp.LoadAsync(TinyModel.Path, new() { Quantization = quantization });

        Assert.That(made.SizeBytes, Is.LessThan(plan.SizeBytes));
        Assert.That(quick.Model.FileType, Is.EqualTo("Q4_0"));
        var text = string.Concat(Enumerable.Range(0, 60).Select(i => $"Once upon a time there were {i} cats who lived in a house by the sea. "));

        using var model = await new LlamaCppRuntime().LoadAsync(TinyModel.Path);
        var importance = await ImportanceMatrix.ComputeAsync(model, text);
        await LlamaCpp.QuantizeAsync(TinyModel.Path, "tiny2.gguf", QuantizationProfile.Bits2, new() { Importance = importance });

        var reporter = new QualityReporter(new LlamaCppRuntime());
        var report = await reporter.CreateAsync(new("F16", TinyModel.Path), [new("Int4", "small.gguf"), new("Bits2", "tiny2.gguf")], text);
        Console.WriteLine(report.ToTable());

        Assert.That(report.Models[1].Divergence!.Mean.Value, Is.LessThan(report.Models[2].Divergence!.Mean.Value));
    }

    [Test]
    public void ProfileOfYourOwn_TakesItsRules()
    {
        var custom = QuantizationProfile.Int4 with
        {
            Name = "Int4 with values in 8 bits",
            Rules = [new("blk.*.attn_v.weight", TensorType.Q8_0)],
            OutputType = TensorType.Q8_0,
        };
        Console.WriteLine($"{QuantizationPlan.Create(TinyModel.Path, custom).BitsPerWeight:F2} bits a weight");

        var tensors = QuantizationPlan.Create(TinyModel.Path, custom).Tensors;
        Assert.That(tensors.Where(tensor => tensor.Source.Name.Contains("attn_v", StringComparison.Ordinal)).Select(tensor => tensor.Type), Is.Not.Empty.And.All.EqualTo(TensorType.Q8_0));
    }

    [Test]
    public async Task SmallerCache_IsEstimated()
    {
        var model = TestModels.Require(TestEngines.SmolName);
        File.Delete("model.gguf"); // the tiny model's context is shorter
        File.CreateSymbolicLink("model.gguf", model);

        var compact = new EngineOptions { ContextSize = 8192, KeyCacheType = KvCacheType.Int8, ValueCacheType = KvCacheType.Int8 };
        var memory = await InferenceEngine.EstimateMemoryAsync("model.gguf", compact);
        Console.WriteLine($"{memory.KeyCacheBytes + memory.ValueCacheBytes:N0} bytes of keys and values, {memory.TotalBytes:N0} in all");

        Assert.That(memory.KeyCacheBytes, Is.EqualTo(memory.ValueCacheBytes).And.LessThan(memory.TotalBytes));
    }

    [Test]
    public void Profiles_AreThoseOfThePage()
    {
        var page = Repository.Read("docs/quantization.md");
        var rows = QuantizationProfile.All.Select(profile => $"| `{profile.Name}` | {profile.FileType} | ");
        Assert.That(rows.Where(row => !page.Contains(row, StringComparison.Ordinal)), Is.Empty);
    }
}
