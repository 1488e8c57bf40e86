using Lamina.Scheduling;

namespace Lamina.Workers;

/// <summary>One of Lamina's scheduling policies in a form that travels.</summary>
/// <param name="Name">The name of its type.</param>
/// <param name="Value">What it was created with, or 0.</param>
internal sealed record PolicyForm(string Name, double Value)
{
    public static PolicyForm Of(ISchedulingPolicy policy) => new(policy.GetType().Name, policy switch
    {
        ShortestFirstPolicy shortest => shortest.TokensPerSecondWaited,
        PriorityPolicy priority => priority.Ageing.TotalSeconds,
        _ => 0,
    });

    public ISchedulingPolicy ToPolicy() => Name switch
    {
        nameof(ShortestFirstPolicy) => new ShortestFirstPolicy(Value),
        nameof(PriorityPolicy) => new PriorityPolicy(TimeSpan.FromSeconds(Value)),
        _ => new FirstComeFirstServedPolicy(),
    };
}
