using System.Text;

namespace Lamina.Constraints.Json;

/// <summary>A value comes next.</summary>
/// <param name="frame">Where it stands.</param>
/// <param name="canBeSpaced">Whether a space may come first.</param>
/// <param name="canEnd">Whether the array may end instead.</param>
internal sealed class ValueState(Frame frame, bool canBeSpaced, bool canEnd = false) : JsonState
{
    private static readonly byte[] Beginnings = [.. " ]{[\"tfn-0123456789"u8];

    private bool? _canBeNumber;

    public override byte[] Candidates => Beginnings;

    public override JsonState? Accept(byte value, Trail? before, Trail? after)
    {
        switch (value)
        {
            case (byte)' ' when canBeSpaced:
                return new ValueState(frame, canBeSpaced: false);
            case (byte)']' when canEnd:
                return ((ContainerFrame)frame).End(after);
            case (byte)'{':
                return IsAlive(JsonTypes.Object) && ObjectFrame.Begin(frame, before) is { } begun ? new MemberState(begun, canBeSpaced: false, canEnd: true) : null;
            case (byte)'[':
                return IsAlive(JsonTypes.Array) && ArrayFrame.Begin(frame, before) is { } array ? new ValueState(array, canBeSpaced: false, canEnd: true) : null;
            case (byte)'"':
                return ValueText.Begin(frame, before) is { } text ? new StringState(text) : null;
            case (byte)'t':
                return Literal("true", JsonTypes.True);
            case (byte)'f':
                return Literal("false", JsonTypes.False);
            case (byte)'n':
                return Literal("null", JsonTypes.Null);
            default:
                return (value == '-' || char.IsAsciiDigit((char)value)) && CanBeNumber() ? new NumberState(frame, "").Accept(value, before, after) : null;
        }
    }

    private bool CanBeNumber() => _canBeNumber ??= IsAlive(JsonTypes.Number);

    private bool IsAlive(JsonTypes type) => frame.IsAlive(frame.ChildPlan.StartOf(type));

    private LiteralState? Literal(string literal, JsonTypes type) => frame.Complete(frame.ChildPlan.StartOf(type), literal) is { } next
        ? new(Encoding.ASCII.GetBytes(literal), 1, next)
        : null;
}
