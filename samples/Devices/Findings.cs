using Lamina;
using Lamina.LlamaCpp;
using Lamina.Placement;
using Lamina.Runtime;

namespace Devices;

/// <summary>What there is, and where a model would go.</summary>
internal sealed record Findings(DeviceInventory Inventory, string Model, PlacementPlan Auto)
{
    /// <summary>Asks the runtime for its devices, and the engine where it would put a model; the model is not loaded.</summary>
    public static async Task<Findings> OfAsync(string model, CancellationToken cancellationToken)
    {
        var runtime = new LlamaCppRuntime();
        var plan = await InferenceEngine.PlanPlacementAsync(runtime, model, cancellationToken: cancellationToken);
        return new(runtime.GetDevices(), Path.GetFileName(model), plan);
    }
}
