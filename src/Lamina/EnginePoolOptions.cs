using Lamina.Validation;

namespace Lamina;

/// <summary>How an <see cref="EnginePool"/> chooses workers, and how it starts lost ones again.</summary>
public sealed record EnginePoolOptions
{
    /// <summary>
    /// How many more requests than another a worker may have under way and still get a request whose whole prompt it has
    /// read before; where it has read a part, in proportion. From 0, which looks at nothing but the requests under way, to
    /// 1,000. Default: 2.
    /// </summary>
    public double AffinityWeight { get; init; } = 2;

    /// <summary>
    /// How many pieces of prompts, of about 64 tokens each, the pool remembers the workers of; the oldest are forgotten. It
    /// takes some 64 bytes for each. From 0 to 16,777,216. Default: 65,536.
    /// </summary>
    public int RememberedPieces { get; init; } = 1 << 16;

    /// <summary>
    /// How long the pool waits before it starts a lost worker again; twice as long each time after that. From 0 to an hour.
    /// Default: half a second.
    /// </summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How often a worker is started again in a row, successfully or not, before it is given up; at least 0, which never
    /// does. Default: 5.
    /// </summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>
    /// How long a worker has to live for its earlier restarts not to count any more; above 0, an hour at the most, and the
    /// longest wait before a restart too. Default: a minute.
    /// </summary>
    public TimeSpan RestartWindow { get; init; } = TimeSpan.FromMinutes(1);

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(EnginePoolOptions);
        return [
            .. Fault.OutOfRange<double>(owner, nameof(AffinityWeight), AffinityWeight, 0, 1000),
            .. Fault.OutOfRange<int>(owner, nameof(RememberedPieces), RememberedPieces, 0, 1 << 24),
            .. Fault.OutOfRange<double>(owner, "RestartDelay.TotalSeconds", RestartDelay.TotalSeconds, 0, 3600),
            .. Fault.OutOfRange<int>(owner, nameof(MaxRestarts), MaxRestarts, 0, int.MaxValue),
            .. Fault.OutOfRange<double>(owner, "RestartWindow.TotalSeconds", RestartWindow.TotalSeconds, 0.001, 3600),
        ];
    }
}
