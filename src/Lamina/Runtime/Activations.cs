namespace Lamina.Runtime;

/// <summary>Rows of numbers that a weight was multiplied by: one for each token of a micro-batch, or several.</summary>
/// <remarks>
/// A weight is one matrix, or several of the same size: of each expert in a mixture of experts, of each head in some
/// kinds of attention. Each row is multiplied by one of them, or by as many as there are experts that a token goes to.
/// </remarks>
public readonly ref struct Activations
{
    /// <summary>Creates the rows of a weight.</summary>
    /// <param name="weight">The weight's name.</param>
    /// <param name="columns">The length of a row; at least 1.</param>
    /// <param name="values">The rows, one after the other.</param>
    /// <param name="matrixCount">How many matrices the weight is; at least 1.</param>
    /// <param name="matrices">
    /// For each row in turn the matrices that it is multiplied by, from 0 to <paramref name="matrixCount"/> − 1: as many
    /// for each row.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The values are no whole rows, there is not a whole number of matrices for each row, or one is out of range.
    /// </exception>
    public Activations(
        string weight, int columns, ReadOnlySpan<float> values, int matrixCount, ReadOnlySpan<int> matrices)
    {
        ArgumentException.ThrowIfNullOrEmpty(weight);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(matrixCount, 1);
        if (values.IsEmpty || values.Length % columns != 0)
        {
            throw new ArgumentException($"{values.Length} values are no rows of {columns}.", nameof(values));
        }

        if (matrices.IsEmpty || matrices.Length % (values.Length / columns) != 0)
        {
            throw new ArgumentException(
                $"{matrices.Length} matrices are not as many for each of {values.Length / columns} rows.", nameof(matrices));
        }

        if (matrices.ContainsAnyExceptInRange(0, matrixCount - 1))
        {
            throw new ArgumentException(
                $"A row goes to a matrix that is not one of 0 to {matrixCount - 1}.", nameof(matrices));
        }

        Weight = weight;
        Columns = columns;
        Values = values;
        MatrixCount = matrixCount;
        Matrices = matrices;
    }

    /// <summary>The weight's name in the model's file.</summary>
    public string Weight { get; }

    /// <summary>The length of a row, which is that of the weight's rows.</summary>
    public int Columns { get; }

    /// <summary>Number of rows.</summary>
    public int RowCount => Values.Length / Columns;

    /// <summary>The rows, one after the other: <see cref="RowCount"/> × <see cref="Columns"/>.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>How many matrices the weight is: the experts in a mixture of experts, else mostly 1.</summary>
    public int MatrixCount { get; }

    private ReadOnlySpan<int> Matrices { get; }

    /// <summary>A row.</summary>
    /// <param name="index">From 0 to <see cref="RowCount"/> − 1.</param>
    public ReadOnlySpan<float> GetRow(int index) => Values.Slice(checked(index * Columns), Columns);

    /// <summary>The matrices that a row was multiplied by.</summary>
    /// <param name="index">From 0 to <see cref="RowCount"/> − 1.</param>
    public ReadOnlySpan<int> GetMatrices(int index)
    {
        var count = Matrices.Length / RowCount;
        return Matrices.Slice(checked(index * count), count);
    }
}
