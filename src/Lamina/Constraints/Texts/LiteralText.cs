namespace Lamina.Constraints.Texts;

/// <summary>Some bytes, and nothing else.</summary>
/// <param name="text">The bytes.</param>
/// <param name="at">The first that is still to come.</param>
internal sealed class LiteralText(byte[] text, int at = 0) : TextState
{
    private readonly byte[] _next = at < text.Length ? [text[at]] : [];

    public override bool CanEnd => at == text.Length;

    protected override ReadOnlySpan<byte> Candidates => _next;

    public override TextState? Accept(byte value) =>
        at < text.Length && value == text[at] ? new LiteralText(text, at + 1) : null;
}
