namespace Lamina.Constraints.Json;

/// <summary>A member comes next.</summary>
/// <param name="frame">The object.</param>
/// <param name="canBeSpaced">Whether a space may come first.</param>
/// <param name="canEnd">Whether the object may end instead.</param>
internal sealed class MemberState(ObjectFrame frame, bool canBeSpaced, bool canEnd) : JsonState
{
    private static readonly byte[] Beginnings = [.. " \"}"u8];

    public override byte[] Candidates => Beginnings;

    public override JsonState? Accept(byte value, Trail? before, Trail? after) => (char)value switch
    {
        ' ' when canBeSpaced => new MemberState(frame, canBeSpaced: false, canEnd),
        '}' when canEnd => frame.End(after),
        '"' => NameText.Begin(frame) is { } name ? new StringState(name) : null,
        _ => null,
    };
}
