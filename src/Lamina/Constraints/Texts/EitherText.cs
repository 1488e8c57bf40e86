namespace Lamina.Constraints.Texts;

/// <summary>One of some texts: all that began as the text so far.</summary>
internal sealed class EitherText : TextState
{
    private readonly TextState[] _texts;

    private EitherText(TextState[] texts) => _texts = texts;

    public override bool CanEnd => Array.Exists(_texts, text => text.CanEnd);

    /// <summary>One of some texts.</summary>
    /// <param name="texts">At least one.</param>
    public static TextState Of(params IEnumerable<TextState> texts) => texts.ToArray() is [var only] ? only : new EitherText([.. texts]);

    public override TextState? Accept(byte value)
    {
        var left = _texts.Select(text => text.Accept(value)).OfType<TextState>().ToArray();
        return left.Length switch { 0 => null, 1 => left[0], _ => new EitherText(left) };
    }
}
