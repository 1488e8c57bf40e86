using Lamina.Placement;
using Lamina.Runtime;

namespace Devices;

/// <summary>What there is, and where a model would go.</summary>
internal sealed record Findings(DeviceInventory Inventory, string Model, PlacementPlan Auto);
