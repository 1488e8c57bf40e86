using System.Diagnostics.Metrics;
using Lamina.Placement;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <summary>What an engine is loaded from and with.</summary>
internal sealed record EngineLoad
{
    /// <summary>What loads and runs the model.</summary>
    public required IModelRuntime Runtime { get; init; }

    /// <summary>The model's file.</summary>
    public required string Path { get; init; }

    /// <summary>Options without faults.</summary>
    public required EngineOptions Options { get; init; }

    /// <summary>What goes to devices.</summary>
    public Offload Offload { get; init; } = Offload.None;

    /// <summary>Told the part that is loaded, or null.</summary>
    public IProgress<float>? Progress { get; init; }

    /// <summary>Where log lines go.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The clock of the usage figures.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Makes the meter, or null.</summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>The same, with what a plan decided.</summary>
    /// <param name="plan">The plan; null where there is nothing to decide.</param>
    public EngineLoad With(PlacementPlan? plan)
    {
        if (plan is null)
        {
            return this;
        }

        // What devices hold does not count against the machine's memory.
        var limit = Options.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return this with
        {
            Offload = plan.Offload,
            Options = plan.Devices.IsEmpty ? Options : Options with
            {
                ContextSize = plan.ContextSize,
                MemoryLimit = long.CreateSaturating((Int128)limit + plan.DeviceBytes),
            },
        };
    }
}
