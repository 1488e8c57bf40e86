using System.Numerics.Tensors;
using Lamina.Runtime;

namespace Lamina.Quantization;

/// <summary>Adds up the squares of what each weight is multiplied by, a column each.</summary>
/// <param name="includeOutput">Whether the matrix that makes the logits counts.</param>
internal sealed class ImportanceCollector(bool includeOutput) : IActivationObserver
{
    private readonly Dictionary<string, ImportanceEntry> _entries = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, ImportanceEntry> Entries => _entries;

    // The token embeddings are multiplied where they are the output matrix as well, and else only looked up.
    public bool Wants(string weight) => weight.StartsWith("blk.", StringComparison.Ordinal)
        || (includeOutput && weight is "output.weight" or "token_embd.weight");

    public void Observe(in Activations activations)
    {
        var columns = activations.Columns;
        if (!_entries.TryGetValue(activations.Weight, out var entry))
        {
            entry = new(new float[columns * activations.MatrixCount], new long[activations.MatrixCount]);
            _entries.Add(activations.Weight, entry);
        }

        for (var row = 0; row < activations.RowCount; row++)
        {
            var values = activations.GetRow(row);
            foreach (var matrix in activations.GetMatrices(row))
            {
                var sums = entry.Sums.AsSpan(matrix * columns, columns);
                TensorPrimitives.MultiplyAdd(values, values, sums, sums);
                entry.Counts[matrix]++;
            }
        }

        if (!TensorPrimitives.IsFiniteAll<float>(entry.Sums))
        {
            throw new LaminaException("compute importance matrix", $"The inputs of '{activations.Weight}' are not all finite "
                + "numbers; the model's file may be damaged, or its weights too coarse to compute with.");
        }
    }
}
