namespace Lamina.Scheduling;

/// <summary>Orders requests by whose turn is first.</summary>
internal sealed class RankOrder : IComparer<SequenceRequest>
{
    public static RankOrder Instance { get; } = new();

    public int Compare(SequenceRequest? x, SequenceRequest? y) =>
        (x!.Rank, x.Arrival).CompareTo((y!.Rank, y.Arrival));
}
