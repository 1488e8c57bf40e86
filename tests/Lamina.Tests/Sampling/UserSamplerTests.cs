using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

/// <summary>A sampler as a user writes one: what the documentation shows.</summary>
internal sealed class UserSamplerTests
{
    [Test]
    public void Sample_UserSampler_WorksAmongTheOthers()
    {
        var pipeline = new SamplerPipeline(new EvenTokensOnly(), new TopKSampler(3), new DistributionSampler(7));
        for (var round = 0; round < 500; round++)
        {
            Assert.That(pipeline.Sample(Sampled.Logits(1000, round)) % 2, Is.Zero);
        }
    }

    [Test]
    public void Clone_UserSamplerWithoutState_IsShared()
    {
        ISampler sampler = new EvenTokensOnly();
        Assert.That(new SamplerPipeline(sampler).Clone().Samplers[0], Is.SameAs(sampler));
    }

    private sealed class EvenTokensOnly : ISampler
    {
        public void Apply(ref Candidates candidates)
        {
            for (var i = 0; i < candidates.Count; i++)
            {
                if (candidates.Tokens[i] % 2 != 0)
                {
                    candidates.Logits[i] = float.NegativeInfinity;
                }
            }
        }
    }
}
