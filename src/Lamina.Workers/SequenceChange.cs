namespace Lamina.Workers;

/// <summary>What became of a sequence's tokens.</summary>
/// <param name="Kept">How many of the first ones are as they were.</param>
/// <param name="Added">What comes after these.</param>
internal sealed record SequenceChange(int Kept, int[] Added)
{
    /// <summary>Does the same to tokens that are as the sequence's were.</summary>
    public void Apply(List<int> tokens)
    {
        tokens.RemoveRange(Kept, tokens.Count - Kept);
        tokens.AddRange(Added);
    }
}
