namespace Lamina.Constraints.Json;

/// <summary>Some bytes come next, and nothing else.</summary>
/// <param name="text">The bytes.</param>
/// <param name="at">The first that is still to come.</param>
/// <param name="next">What comes after them.</param>
internal sealed class LiteralState(byte[] text, int at, JsonState next) : JsonState
{
    public override byte[] Candidates => [text[at]];

    public override JsonState? Accept(byte value, Trail? before, Trail? after) =>
        value != text[at] ? null : at + 1 == text.Length ? next : new LiteralState(text, at + 1, next);
}
