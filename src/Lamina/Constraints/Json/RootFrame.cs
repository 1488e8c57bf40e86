namespace Lamina.Constraints.Json;

/// <summary>The document.</summary>
/// <param name="plan">All that applies to it.</param>
internal sealed class RootFrame(Plan plan) : Frame
{
    public override int Depth => 0;

    public override Plan ChildPlan => plan;

    public override bool IsAlive(ReadOnlySpan<Truth> child) => !child.Contains(Truth.No);

    public override JsonState? Complete(ReadOnlySpan<Truth> child, string? text) => IsAlive(child) ? EndState.Instance : null;
}
