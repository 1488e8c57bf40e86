namespace Lamina.Constraints.Json;

/// <summary>The name of a member is whole.</summary>
/// <param name="frame">The object, with the member begun.</param>
internal sealed class AfterNameState(ObjectFrame frame) : JsonState
{
    private static readonly byte[] Colon = [(byte)':'];

    public override byte[] Candidates => Colon;

    public override JsonState? Accept(byte value, Trail? before, Trail? after) =>
        value == ':' ? new ValueState(frame, canBeSpaced: true) : null;
}
