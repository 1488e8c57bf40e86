using Lamina.Gguf;
using Lamina.LlamaCpp.Tests.Quantization;
using Lamina.Quantization;
using TinyCorpus;
using TinyCorpus.Evaluation;

namespace Lamina.LlamaCpp.Tests.Models;

/// <summary>The tiny model and its draft, in every type that profiles will use.</summary>
public sealed class TinyModelQuantizationTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [OneTimeTearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase(GgufFileType.BF16, TensorType.BF16)]
    [TestCase(GgufFileType.Q8_0, TensorType.Q8_0)]
    [TestCase(GgufFileType.Q6_K, TensorType.Q6_K)]
    [TestCase(GgufFileType.Q5_K_M, TensorType.Q5_K)]
    [TestCase(GgufFileType.Q4_K_M, TensorType.Q4_K)]
    [TestCase(GgufFileType.Q4_0, TensorType.Q4_0)]
    [TestCase(GgufFileType.IQ4_NL, TensorType.IQ4_NL)]
    [TestCase(GgufFileType.IQ4_XS, TensorType.IQ4_XS)]
    [TestCase(GgufFileType.Q3_K_M, TensorType.Q3_K)]
    [TestCase(GgufFileType.Q3_K_S, TensorType.Q3_K)]
    [TestCase(GgufFileType.IQ2_M, TensorType.IQ2_S, true)]
    public async Task Quantize_ToAType_GivesAFileOfItThatLoads(GgufFileType type, TensorType expected, bool importance = false)
    {
        foreach (var source in (string[])[TinyModel.Path, TinyModel.DraftPath])
        {
            var target = Path.Combine(_folder, $"{type}-{Path.GetFileName(source)}");
            var options = new QuantizationOptions { Importance = importance ? RandomImportance.Of(source) : null };
            await LlamaCpp.QuantizeAsync(source, target, new() { Name = $"{type}", FileType = type }, options);

            // Every row is a multiple of 256 long, so no matrix falls back to another kind of type.
            var gate = GgufFile.Read(target).Tensors.First(tensor => tensor.Name is "blk.0.ffn_gate.weight");
            Assert.That(gate.Type, Is.EqualTo(expected));
            await using var engine = await LlamaCpp.LoadAsync(target, new() { ContextSize = 256 });
            var score = await engine.ScoreAsync(" there was a", context: "Once upon a time");
            Assert.That(score.LogLikelihood, Is.GreaterThan(-12), Path.GetFileName(target));
        }
    }

    [Test]
    public async Task Quantize_ToQ8_StaysAsGood()
    {
        var target = Path.Combine(_folder, "q8.gguf");
        await LlamaCpp.QuantizeAsync(TinyModel.Path, target, QuantizationProfile.Int8);
        await using var engine = await LlamaCpp.LoadAsync(target, new() { ContextSize = 256, MaxSequences = 32 });
        var score = await new TaskEvaluator(engine, new() { Questions = 64, Samples = 0 }).EvaluateAsync(TinyTasks.Get("add-3"));
        Assert.That(score.Greedy, Is.GreaterThan(0.8));
    }
}
