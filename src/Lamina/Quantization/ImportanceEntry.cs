namespace Lamina.Quantization;

/// <summary>What was counted of one weight.</summary>
/// <param name="Sums">The sums of the squared inputs: a row of columns for each matrix, one after the other.</param>
/// <param name="Counts">How many inputs each matrix had; a file may have one number for all matrices together.</param>
internal sealed record ImportanceEntry(float[] Sums, long[] Counts)
{
    /// <summary>
    /// The means, as they weigh the errors of a quantization. What had no input weighs alike everywhere: 1.
    /// </summary>
    public float[] Means()
    {
        var means = new float[Sums.Length];
        var columns = Sums.Length / Counts.Length;
        for (var i = 0; i < means.Length; i++)
        {
            var count = Counts[i / columns];
            means[i] = count > 0 ? Sums[i] / count : 1;
        }

        return means;
    }
}
