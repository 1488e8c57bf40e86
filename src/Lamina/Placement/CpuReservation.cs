using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina.Placement;

/// <summary>CPUs that an engine of this process has been given, until it is disposed of.</summary>
internal sealed class CpuReservation : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly List<CpuReservation> All = [];

    private readonly string _engine;
    private readonly CpuSet _cpus;

    private CpuReservation(string engine, CpuSet cpus) => (_engine, _cpus) = (engine, cpus);

    /// <summary>Notes the CPUs, with a warning for each engine that has some of them.</summary>
    /// <param name="engine">The engine's model.</param>
    /// <param name="cpus">Its CPUs.</param>
    /// <param name="logger">Where the warning goes.</param>
    public static CpuReservation Take(string engine, CpuSet cpus, ILogger logger)
    {
        var taken = new CpuReservation(engine, cpus);
        CpuReservation[] others;
        lock (Gate)
        {
            others = [.. All.Where(other => other._cpus.Intersect(cpus).Count > 0)];
            All.Add(taken);
        }

        foreach (var other in others)
        {
            logger.LogWarning(
                "{Model} was given the CPUs {Cpus}, of which {Shared} belong to another engine of this process, {Other}; they will slow each other down.",
                engine,
                cpus.ToString(),
                other._cpus.Intersect(cpus).ToString(),
                other._engine);
        }

        return taken;
    }

    public void Dispose()
    {
        lock (Gate)
        {
            All.Remove(this);
        }
    }
}
