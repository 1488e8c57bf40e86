namespace Lamina.Constraints.Texts;

/// <summary>A text that stands for another, which has a form.</summary>
/// <param name="notation">How it is read, as far as it has come.</param>
/// <param name="inner">The other text, as far as it has come.</param>
internal sealed class TranslatedText(Notation notation, TextState inner) : TextState
{
    public override bool CanEnd => notation.IsWhole && inner.CanEnd;

    public override TextState? Accept(byte value)
    {
        if (notation.Read(value, out var text) is not { } next)
        {
            return null;
        }

        var after = inner;
        foreach (var read in text)
        {
            after = after.Accept(read);
            if (after is null)
            {
                return null;
            }
        }

        return next.CanGoOn(after) ? new TranslatedText(next, after) : null;
    }
}
