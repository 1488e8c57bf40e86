using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Lamina.Benchmarks.Suite;

/// <summary>How long the suite measures.</summary>
internal static class SuiteJobs
{
    /// <summary>A few minutes for all: enough to see what a change did, if it did much.</summary>
    public const string Short = "short";

    /// <summary>Long enough for figures that are told to others.</summary>
    public const string Full = "full";

    /// <summary>Everything once: whether it runs at all.</summary>
    public const string Dry = "dry";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Short, Full, Dry];

    /// <summary>The job of a name.</summary>
    public static Job Create(string name) => (name switch
    {
        Short => Timed(warmUps: 1, iterations: 3, milliseconds: 150),
        Full => Timed(warmUps: 3, iterations: 15, milliseconds: 500),
        _ => Job.Dry,
    })
        .WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: true)) // the natives are beside this program, and need not be built anew
        .WithId(name);

    private static Job Timed(int warmUps, int iterations, int milliseconds) => Job.Default
        .WithWarmupCount(warmUps)
        .WithIterationCount(iterations)
        .WithIterationTime(TimeInterval.FromMilliseconds(milliseconds));
}
