namespace Lamina.Constraints.Texts;

/// <summary>One text after another. Where a byte can belong to either, it belongs to the first.</summary>
internal sealed class SequenceText : TextState
{
    private readonly TextState _now;
    private readonly TextState _then;

    private SequenceText(TextState now, TextState then) => (_now, _then) = (now, then);

    public override bool CanEnd => _now.CanEnd && _then.CanEnd;

    /// <summary>Texts in a row.</summary>
    /// <param name="texts">At least one.</param>
    public static TextState Of(params ReadOnlySpan<TextState> texts)
    {
        var all = texts[^1];
        for (var i = texts.Length - 2; i >= 0; i--)
        {
            all = new SequenceText(texts[i], all);
        }

        return all;
    }

    public override TextState? Accept(byte value) =>
        _now.Accept(value) is { } next ? new SequenceText(next, _then) : _now.CanEnd ? _then.Accept(value) : null;
}
