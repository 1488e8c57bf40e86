using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Validation;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <summary>One engine out of several on a machine's NUMA nodes, each with CPUs and memory of its own.</summary>
public static class NumaEngine
{
    /// <summary>Loads a model once for each worker of a plan, and pools the workers.</summary>
    /// <param name="runtime">What loads and runs the model.</param>
    /// <param name="path">The model's file.</param>
    /// <param name="options">
    /// Sizes of each worker; null for the defaults. Its <see cref="EngineOptions.Threads"/>, where given, count before the
    /// plan's; <see cref="CpuPlacement.Affinity"/> and <see cref="CpuPlacement.MemoryNode"/> are the plan's to say.
    /// </param>
    /// <param name="plan">Who runs where; null for <see cref="NumaPlan.Create"/> on this machine, one a node.</param>
    /// <param name="pool">How workers are chosen; null for the defaults.</param>
    /// <param name="progress">Told the part that is loaded of all workers, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="loggerFactory">Where log lines go; null for nowhere.</param>
    /// <param name="timeProvider">The clock of usage figures and restarts; null for the system's.</param>
    /// <param name="cancellationToken">Stops the load; what was read is freed.</param>
    /// <returns>The pool, which the caller disposes of.</returns>
    /// <exception cref="ArgumentException">The options have faults, or say what is the plan's to say; or the plan has no
    /// workers or more than a pool takes.</exception>
    /// <inheritdoc cref="InferenceEngine.LoadAsync" path="/exception"/>
    public static Task<EnginePool> LoadAsync(
        IModelRuntime runtime,
        string path,
        EngineOptions? options = null,
        NumaPlan? plan = null,
        EnginePoolOptions? pool = null,
        IProgress<float>? progress = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        Fault.Throw([.. options.Faults(), .. PlanFaults(options.Cpu)], nameof(options));
        var workers = (plan ?? NumaPlan.Create(CpuTopology.Read())).Workers;
        return EnginePool.StartAsync(
            [.. workers.Select((worker, index) => Start(OptionsOf(options, worker), new WorkerProgress(progress, index, workers.Length)))],
            pool,
            loggerFactory,
            timeProvider,
            cancellationToken);

        Func<CancellationToken, Task<IInferenceEngine>> Start(EngineOptions own, WorkerProgress part) => async token =>
            await InferenceEngine.LoadAsync(runtime, path, own, part, loggerFactory, timeProvider, cancellationToken: token).ConfigureAwait(false);
    }

    private static EngineOptions OptionsOf(EngineOptions options, NumaWorker worker) => options with
    {
        Threads = options.Threads ?? worker.Threads,
        Cpu = (options.Cpu ?? worker.Cpu) with { Affinity = worker.Cpu.Affinity, MemoryNode = worker.Cpu.MemoryNode },
    };

    private static IEnumerable<string> PlanFaults(CpuPlacement? cpu) => cpu is { Affinity: null, MemoryNode: null } or null
        ? []
        : [$"{nameof(CpuPlacement)}.{nameof(CpuPlacement.Affinity)} and {nameof(CpuPlacement.MemoryNode)} are the plan's to say; leave them out."];

    private sealed class WorkerProgress(IProgress<float>? progress, int index, int count) : IProgress<float>
    {
        public void Report(float value) => progress?.Report((index + value) / count);
    }
}
