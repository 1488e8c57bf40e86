using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lamina.Placement;

/// <summary>How large each weight of a model is, and which layer it belongs to.</summary>
/// <param name="Weights">The weights, in the order of the file.</param>
/// <param name="LayerCount">Layers of the model; what makes logits counts as one more.</param>
internal sealed record WeightLayout(ImmutableArray<WeightLayout.Weight> Weights, int LayerCount)
{
    /// <summary>Works the layers out from the weights' names.</summary>
    /// <param name="weights">Names and sizes in bytes.</param>
    /// <param name="layerCount">Layers of the model.</param>
    public static WeightLayout Create(IEnumerable<(string Name, long Bytes)> weights, int layerCount)
    {
        var all = weights.Select(weight => new Weight(weight.Name, weight.Bytes, LayerOf(weight.Name, layerCount))).ToImmutableArray();

        // Where no weight of its own makes logits, a copy of the one that reads tokens does.
        var isTied = !all.Any(weight => weight.Name is "output.weight");
        var copies = all.Where(weight => isTied && weight.Name is "token_embd.weight").Select(weight => weight with { Layer = layerCount });
        return new([.. all, .. copies], layerCount);
    }

    private static int LayerOf(string name, int layerCount) =>
        name.Split('.', 3) is ["blk", var number, ..]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer
        : name.StartsWith("output", StringComparison.Ordinal) ? layerCount
        : Weight.Input;

    /// <summary>One weight.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="Layer">Its layer, or <see cref="Input"/>.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Weight(string Name, long Bytes, int Layer)
    {
        /// <summary>The place before all layers, which stays on the CPU.</summary>
        public const int Input = -1;
    }
}
