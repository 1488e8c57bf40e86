namespace Lamina.Constraints.Json;

/// <summary>The document is whole.</summary>
internal sealed class EndState : JsonState
{
    public static EndState Instance { get; } = new();

    public override bool IsEnd => true;

    public override byte[] Candidates => [];

    public override JsonState? Accept(byte value, Trail? before, Trail? after) => null;
}
