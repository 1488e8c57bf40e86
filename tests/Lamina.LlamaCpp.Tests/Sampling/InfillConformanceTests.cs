using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>Infill, on a vocabulary in which tokens begin alike, with ends that are sometimes likely.</summary>
internal sealed class InfillConformanceTests
{
    private const int Rounds = 1000;
    private const uint Seed = 7;

    [TestCase(8f, 100)]
    [TestCase(3f, 40)]
    [TestCase(6f, 40)]
    [TestCase(12f, 5)]
    public void Apply_TokensThatBeginAlike_ChoosesTheSame(float spread, int topK)
    {
        var model = DecoderModels.Load(DecoderModels.Trained);
        var tokenizer = model.Tokenizer;
        var pipeline = new SamplerPipeline([new TopKSampler(topK), new InfillSampler(tokenizer), new DistributionSampler(Seed)]);
        using var native = NativeSampler.Chain(
            [NativeSampler.TopK(topK), NativeSampler.Infill(NativeSampler.PointerOf(model)), NativeSampler.Distribution(Seed)]);
        var random = new Random(1);
        int[] ends = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(token => tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration))];
        string[] words = ["the", "them", "t", "there", "he", "h", "lo", "long", "lon"];
        int[] alike = [.. words.Select(word => tokenizer.Encode(" " + word)[0]).Distinct()];
        var logits = new float[tokenizer.VocabularySize];
        var array = new NativeSampler.Candidate[logits.Length];
        var (ended, chosen) = (0, new HashSet<int>());
        for (var round = 0; round < Rounds; round++)
        {
            for (var token = 0; token < logits.Length; token++)
            {
                logits[token] = spread * random.NextSingle();
            }

            foreach (var token in alike)
            {
                logits[token] += random.NextSingle() * 2 * spread;
            }

            foreach (var token in ends)
            {
                logits[token] += random.Next(3) == 0 ? 1 + spread : -8;
            }

            for (var token = 0; token < logits.Length; token++)
            {
                array[token] = new(token, logits[token]);
            }

            var left = native.Apply(array, out var selected);
            var expected = left[selected].Token;
            var found = pipeline.Sample(logits);
            native.Accept(expected);
            Assert.That(found, Is.EqualTo(expected), $"round {round}");
            ended += ends.Contains(found) ? 1 : 0;
            chosen.Add(found);
        }

        Assert.That(ended, Is.InRange(1, Rounds));
        Assert.That(chosen, Has.Count.GreaterThan(ends.Length));
    }
}
