using Lamina.Sampling;

namespace Lamina.Benchmarks.Soak;

/// <summary>Chooses the same token again and again, and fails where it is told to.</summary>
internal sealed class SoakSampler(int token, int failsAfter = int.MaxValue) : ISampler
{
    public const string Failure = "This sampler was made to fail.";

    private int _count;

    public void Apply(ref Candidates candidates) => candidates.Selected = _count++ < failsAfter
        ? candidates.IndexOf(token)
        : throw new InvalidOperationException(Failure);
}
