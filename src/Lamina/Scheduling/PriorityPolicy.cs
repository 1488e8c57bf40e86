namespace Lamina.Scheduling;

/// <summary>
/// Requests run by priority, the highest first. Waiting raises a request's priority, so that none waits for ever.
/// </summary>
public sealed class PriorityPolicy : ISchedulingPolicy
{
    private readonly double _secondsPerPriority;

    /// <summary>Creates the policy.</summary>
    /// <param name="ageing">
    /// The wait that counts as much as one step of priority, above zero. Default: 10 seconds.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above zero.</exception>
    public PriorityPolicy(TimeSpan? ageing = null)
    {
        var interval = ageing ?? TimeSpan.FromSeconds(10);
        if (interval <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(ageing), ageing, "It must be above zero.");
        }

        Ageing = interval;
        _secondsPerPriority = interval.TotalSeconds;
    }

    /// <summary>The wait that counts as much as one step of priority.</summary>
    internal TimeSpan Ageing { get; }

    /// <inheritdoc/>
    public double GetRank(in RequestProfile request) =>
        request.Submitted.TotalSeconds - (request.Priority * _secondsPerPriority);
}
