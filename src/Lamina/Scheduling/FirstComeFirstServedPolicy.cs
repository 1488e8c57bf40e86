namespace Lamina.Scheduling;

/// <summary>Requests run in the order in which they came. The default.</summary>
public sealed class FirstComeFirstServedPolicy : ISchedulingPolicy
{
    /// <inheritdoc/>
    public double GetRank(in RequestProfile request) => request.Submitted.TotalSeconds;
}
