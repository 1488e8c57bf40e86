using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Keeps what a decoder shows it.</summary>
/// <param name="wanted">The weight that it wants, or null for all.</param>
internal sealed class ActivationRecorder(string? wanted = null) : IActivationObserver
{
    /// <summary>Every weight that it was asked of, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The weights that it was shown the inputs of, in order.</summary>
    public List<string> Shown { get; } = [];

    /// <summary>The rows of each weight.</summary>
    public Dictionary<string, List<float[]>> Rows { get; } = [];

    /// <summary>The matrices of each row.</summary>
    public Dictionary<string, List<int[]>> Matrices { get; } = [];

    /// <summary>How many matrices each weight is.</summary>
    public Dictionary<string, int> MatrixCounts { get; } = [];

    /// <summary>Called with the number of each showing, from 0.</summary>
    public Action<int>? OnObserve { get; set; }

    public bool Wants(string weight)
    {
        Asked.Add(weight);
        return wanted is null || string.Equals(weight, wanted, StringComparison.Ordinal);
    }

    public void Observe(in Activations activations)
    {
        OnObserve?.Invoke(Shown.Count);
        var weight = activations.Weight;
        Shown.Add(weight);
        MatrixCounts[weight] = activations.MatrixCount;
        var rows = Rows.TryGetValue(weight, out var known) ? known : Rows[weight] = [];
        var matrices = Matrices.TryGetValue(weight, out var experts) ? experts : Matrices[weight] = [];
        for (var row = 0; row < activations.RowCount; row++)
        {
            rows.Add(activations.GetRow(row).ToArray());
            matrices.Add(activations.GetMatrices(row).ToArray());
        }
    }
}
