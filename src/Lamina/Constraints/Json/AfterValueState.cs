namespace Lamina.Constraints.Json;

/// <summary>A member or an item is whole.</summary>
/// <param name="frame">The object or array, with it.</param>
internal sealed class AfterValueState(ContainerFrame frame) : JsonState
{
    private static readonly byte[] Ends = [.. ",}]"u8];

    public override byte[] Candidates => Ends;

    public override JsonState? Accept(byte value, Trail? before, Trail? after) => ((char)value, frame) switch
    {
        (',', ObjectFrame of) => NameText.Begin(of) is null ? null : new MemberState(of, canBeSpaced: true, canEnd: false),
        (',', ArrayFrame) => frame.CanStart() ? new ValueState(frame, canBeSpaced: true) : null,
        ('}', ObjectFrame) or (']', ArrayFrame) => frame.End(after),
        _ => null,
    };
}
