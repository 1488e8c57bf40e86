using Lamina.Constraints;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Scheduling;

internal sealed class AnswerSamplerTests
{
    private static readonly FakeTokenizer Tokenizer = new(Enumerable.Range(0, 20000).Select(word => $"w{word:D5}"));
    private static readonly TokenTable Table = new(Tokenizer);

    [Test]
    public void Choose_Greedy_TakesTheMostProbableThatCanCome([Values(0, 10, 63, 64, 500, 1023, 1024, 1500, 18000)] int better)
    {
        var (logits, order) = RandomLogits(better);
        string[] choices = [Text(order[better]), Text(order[better + 5]), Text(order[^1])];
        var sampler = NewSampler(new() { Temperature = 0 }, choices);
        Assert.That(sampler.Choose(logits, [], null, out _), Is.EqualTo(order[better]));
        Assert.That(sampler.IsOver, Is.True);
    }

    [Test]
    public void Choose_WithRuledOutTokens_TakesNoneOfThem()
    {
        var (logits, order) = RandomLogits(7);
        string[] choices = [Text(order[3]), Text(order[80]), Text(order[10000])];
        var sampler = NewSampler(new() { Temperature = 0 }, choices);
        Assert.That(sampler.Choose(logits, [order[3], order[80]], null, out _), Is.EqualTo(order[10000]));
        var none = NewSampler(new() { Temperature = 0 }, choices);
        Assert.That(none.Choose(logits, [order[3], order[80], order[10000], .. "w"u8.ToArray().Select(value => (int)value)], null, out _), Is.EqualTo(-1));
    }

    [Test]
    public void Choose_Drawn_KeepsTheOddsOfThoseThatCanCome()
    {
        var (logits, order) = RandomLogits(1);
        Array.Fill(logits, -20);
        (logits[order[0]], logits[order[1]], logits[order[2]]) = (5, 1, 0); // the first cannot come
        var found = new int[2];
        for (var seed = 0u; seed < 4000; seed++)
        {
            var sampler = NewSampler(new() { Seed = seed, Temperature = 1, TopP = 1, MinP = 0 }, [Text(order[1]), Text(order[2])]);
            found[sampler.Choose(logits, [], null, out _) == order[1] ? 0 : 1]++;
        }

        Assert.That(found[0] / 4000.0, Is.EqualTo(Math.E / (1 + Math.E)).Within(0.03));
    }

    private static AnswerSampler NewSampler(SamplingOptions sampling, string[] choices) =>
        new(SamplerPipeline.Create(sampling, Tokenizer), new(Table, Constraint.Choice(choices).Start));

    private static string Text(int token) => $"w{token - 256:D5}";

    /// <summary>Logits of words, all different, and the words by them; single bytes are less probable.</summary>
    private static (float[] Logits, int[] Order) RandomLogits(int seed)
    {
        var order = Enumerable.Range(256, 20000).ToArray();
        new Random(seed).Shuffle(order);
        var logits = new float[Tokenizer.VocabularySize];
        Array.Fill(logits, -1000);
        for (var i = 0; i < order.Length; i++)
        {
            logits[order[i]] = -i * 0.01f;
        }

        return (logits, order);
    }
}
