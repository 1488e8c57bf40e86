using Lamina.Sampling;

namespace Lamina.Tests.Fakes;

/// <summary>A sampler that a user wrote: does something on the loop's thread each time that it is asked.</summary>
internal sealed class ActionSampler(Action action) : ISampler
{
    public void Apply(ref Candidates candidates) => action();
}
