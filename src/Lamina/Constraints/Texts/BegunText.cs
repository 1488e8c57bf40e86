namespace Lamina.Constraints.Texts;

/// <summary>A text that has one form where it begins with some bytes, and another where it begins otherwise.</summary>
/// <param name="beginning">The bytes, at least one.</param>
/// <param name="form">What follows them.</param>
/// <param name="otherwise">The other text, as far as it has come; null where it cannot have come so far.</param>
/// <param name="at">How many of the bytes are there.</param>
internal sealed class BegunText(byte[] beginning, TextState form, TextState? otherwise, int at = 0) : TextState
{
    public override bool CanEnd => otherwise is { CanEnd: true };

    public override TextState? Accept(byte value)
    {
        var other = otherwise?.Accept(value);
        return value != beginning[at] ? other
            : at + 1 == beginning.Length ? form
            : new BegunText(beginning, form, other, at + 1);
    }
}
