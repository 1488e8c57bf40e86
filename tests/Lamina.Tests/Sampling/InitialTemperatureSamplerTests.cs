using Lamina.Sampling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Sampling;

/// <summary>FIRE sampling: the answer's first token alone is hot.</summary>
internal sealed class InitialTemperatureSamplerTests
{
    private static readonly float[] Logits = [4, 2, 0];

    [Test]
    public void Apply_FirstTokenAndOthers_HaveTheirTemperatures()
    {
        var sampler = new InitialTemperatureSampler(4, new TemperatureSampler(0.5f));
        Assert.That(Applied(sampler), Is.EqualTo([1, 0.5f, 0]));
        sampler.Accept(0);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(Applied(sampler), Is.EqualTo([8, 4, 0]));
            sampler.Accept(1);
        }
    }

    [Test]
    public void Apply_NothingForTheOthers_LeavesThem()
    {
        var sampler = new InitialTemperatureSampler(2);
        Assert.That(Applied(sampler), Is.EqualTo([2, 1, 0]));
        sampler.Accept(0);
        Assert.That(Applied(sampler), Is.EqualTo(Logits));
    }

    [Test]
    public void Accept_Prompt_DoesNotCount()
    {
        var sampler = new InitialTemperatureSampler(2);
        for (var token = 0; token < 3; token++)
        {
            sampler.Accept(token);
        }

        Assert.That(Applied(sampler), Is.EqualTo([2, 1, 0]));
    }

    [Test]
    public void Sample_FailedAttempt_DoesNotCount()
    {
        var fails = true;
        var sampler = new InitialTemperatureSampler(2);
        var pipeline = new SamplerPipeline(
            sampler, new ActionSampler(() => _ = fails ? throw new InvalidOperationException("no") : 0));
        Assert.That(() => pipeline.Sample(Logits), Throws.InvalidOperationException);
        Assert.That(Applied(sampler), Is.EqualTo([2, 1, 0]));
        fails = false;
        pipeline.Sample(Logits);
        Assert.That(Applied(sampler), Is.EqualTo(Logits));
    }

    [Test]
    public void CloneAndReset_KeepAndForgetTheCount()
    {
        var sampler = new InitialTemperatureSampler(2, new TemperatureSampler(0.5f));
        var before = sampler.Clone();
        Applied(sampler);
        sampler.Accept(0);
        var after = sampler.Clone();
        Assert.That(Applied(before), Is.EqualTo([2, 1, 0]));
        Assert.That(Applied(after), Is.EqualTo([8, 4, 0]));
        sampler.Reset();
        Assert.That(Applied(sampler), Is.EqualTo([2, 1, 0]));
        Assert.That(Applied(after), Is.EqualTo([8, 4, 0]), "the clone has its own count");
    }

    [TestCase(0f)]
    [TestCase(-1f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Create_TemperatureOutOfRange_IsRefused(float temperature) => Assert.That(
        () => new InitialTemperatureSampler(temperature), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void CreatePipeline_InitialTemperature_StandsWhereTheTemperatureDoes()
    {
        var options = new SamplingOptions { InitialTemperature = 30, Seed = 1 };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Describe(options), Does.EndWith("min-p(0.05) → initial temperature(30) then temperature(0.8) → distribution(seed 1)"));
            Assert.That(Describe(options with { Temperature = 1 }), Does.EndWith("→ initial temperature(30) → distribution(seed 1)"));
            Assert.That(
                Describe(options with { DynamicTemperatureRange = 0.5f }),
                Does.Contain("→ initial temperature(30) then dynamic temperature(0.8 ± 0.5, exponent 1) →"));
            Assert.That(
                Describe(options with { Mirostat = MirostatAlgorithm.Second }), Does.StartWith("initial temperature(30) then temperature(0.8) → mirostat 2"));
            Assert.That(Describe(options with { Temperature = 0 }), Is.EqualTo("greedy"));
        }

        static string Describe(SamplingOptions options) => SamplerPipeline.Create(options).ToString();
    }

    [Test]
    public async Task Generate_ForksOfASequence_EachBeginHotAndGoOnCold()
    {
        using var runtime = new FakeRuntime
        {
            Logits = _ => [.. Enumerable.Range(0, 257).Select(token => token is 'a' ? 3f : token is 'b' ? 1f : -1000f)],
        };
        await using var engine = await runtime.StartEngineAsync();
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("bbb");
        var answers = new List<string>();
        for (var seed = 0u; seed < 40; seed++)
        {
            using var fork = sequence.Fork();
            var options = new GenerationOptions
            {
                MaxTokens = 5,
                Sampling = new() { InitialTemperature = 50, Temperature = 0.05f, MinP = 0, TopP = 1, Seed = seed },
            };
            answers.Add((await fork.CompleteAsync(options)).Text);
            answers.Add((await fork.CompleteAsync(options with { MaxTokens = 3 })).Text);
        }

        Assert.That(string.Concat(answers.Select(answer => answer[1..])), Is.All.EqualTo('a'));
        Assert.That(answers.Count(answer => answer[0] == 'b'), Is.InRange(20, 60), "at 50 both letters are about as likely");
    }

    private static float[] Applied(ISampler sampler) =>
        [.. Sampled.Candidates(sampler, Logits).Select(candidate => candidate.Logit)];
}
