using Lamina.Scheduling;

namespace Lamina.Tests.Fakes;

/// <summary>A policy that a user wrote.</summary>
internal sealed class RankPolicy(Func<RequestProfile, double> rank) : ISchedulingPolicy
{
    public double GetRank(in RequestProfile request) => rank(request);
}
