using System.Collections.Immutable;
using System.Globalization;
using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina;

/// <summary>Decides how much of a model goes to devices, and what to try next where they refuse it.</summary>
internal sealed class EnginePlacement
{
    /// <summary>A context that is left open is halved to this, in tokens, where the whole model fits with it.</summary>
    private const int ShortContext = 2048;

    private readonly PlannedModel _planned;
    private readonly string _reason;
    private readonly DevicePlacement _asked;
    private readonly PlacementPlanner _planner;

    /// <summary>Prepares to decide.</summary>
    /// <param name="planned">The model, with options that have no faults.</param>
    /// <param name="devices">The devices that the options ask for.</param>
    /// <param name="reason">Why these.</param>
    /// <exception cref="ArgumentException">The options ask for weights that the model does not have.</exception>
    public EnginePlacement(PlannedModel planned, ImmutableArray<ComputeDevice> devices, string reason)
    {
        _planned = planned;
        _reason = reason;
        _asked = planned.Options.Devices ?? DevicePlacement.Auto;
        _planner = new(_asked, devices, planned.Weights);
    }

    /// <summary>The devices that options ask for.</summary>
    /// <inheritdoc cref="DeviceSelector.Select" path="/exception"/>
    public static ImmutableArray<ComputeDevice> Devices(IModelRuntime runtime, EngineOptions options, out string reason)
    {
        var asked = options.Devices ?? DevicePlacement.Auto;
        var inventory = asked.Choice == DeviceChoice.Cpu ? new() { Devices = [] } : runtime.GetDevices();
        return DeviceSelector.Select(asked, inventory, out reason);
    }

    /// <summary>Prepares to decide about a file that is loaded as it is.</summary>
    /// <param name="runtime">What loads it.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Options without faults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Null where there is nothing to decide, and no header was read: the CPU computes all of it.</returns>
    public static EnginePlacement? Create(IModelRuntime runtime, string path, EngineOptions options, CancellationToken cancellationToken)
    {
        options = options with { Quantization = null };
        var devices = Devices(runtime, options, out var reason);
        return devices.IsEmpty && options.Devices?.Tensors.IsEmpty != false
            ? null
            : new(PlannedModel.Read(path, options, cancellationToken), devices, reason);
    }

    /// <summary>
    /// Decides. A context that the options leave open is made shorter where the whole model fits then, or any of it, since
    /// layers on the processor cost more than that.
    /// </summary>
    /// <param name="mostLayers">The most layers that may go to devices.</param>
    /// <exception cref="MemoryLimitException">Devices are required, and not one layer fits on them.</exception>
    public PlacementPlan Plan(int mostLayers = int.MaxValue)
    {
        var (model, options) = (_planned.Model, _planned.Options);
        var decoder = DecoderPlan.ForLoad(model, options);
        var plan = _planner.Plan(model, decoder, mostLayers, [_reason]);
        if (options.ContextSize is null && _asked.Layers is null && decoder.ContextSize > ShortContext
            && (plan is null || (!plan.Devices.IsEmpty && !_planner.IsWhole(plan))))
        {
            var shorter = _planner.Plan(model, DecoderPlan.ForLoad(model, options with { ContextSize = ShortContext }), mostLayers, [
                _reason,
                string.Create(CultureInfo.InvariantCulture, $"The context is {ShortContext} instead of {decoder.ContextSize} tokens, so that more of the model fits."),
            ]);
            plan = plan is null || (shorter is not null && _planner.IsWhole(shorter)) ? shorter : plan;
        }

        return plan ?? (_asked.Choice == DeviceChoice.Auto
            ? PlacementPlanner.OnCpu(model, decoder, [_reason, $"{_planner.Refusal(model)} The CPU computes it."])
            : throw _planner.NoRoom(model, decoder));
    }

    /// <summary>What to try after devices have refused a plan: three quarters of its layers, at last none.</summary>
    /// <param name="refused">The plan.</param>
    /// <param name="why">How it was refused.</param>
    /// <returns>The next plan, or null where there is none.</returns>
    public PlacementPlan? Shrink(PlacementPlan refused, DeviceMemoryException why)
    {
        var layers = refused.Offload.Layers * 3 / 4;
        if (_asked.Layers is not null || refused.Offload.Layers == 0 || (layers == 0 && _asked.Choice != DeviceChoice.Auto))
        {
            return null;
        }

        var next = layers == 0 ? refused with { Offload = Offload.None, Devices = [] } : Plan(layers);
        return next with
        {
            Reasons =
            [
                string.Create(CultureInfo.InvariantCulture, $"{refused.Offload.Layers} layers were refused ({why.Message}): {next.Offload.Layers} are tried."),
                .. next.Reasons.Skip(1),
            ],
        };
    }
}
