using System.Collections.Immutable;

namespace Lamina.Tokens;

/// <summary>
/// What a model is given to read: typed text, markup with control tokens, and tokens, in a row. Typed text is never
/// read as control tokens, whatever it contains.
/// </summary>
/// <remarks>
/// A string converts to a prompt of typed text; <c>+</c> joins prompts:
/// <c>Prompt.FromMarkup("&lt;|im_start|&gt;user\n") + question + Prompt.FromMarkup("&lt;|im_end|&gt;\n")</c>.
/// Immutable.
/// </remarks>
public sealed class Prompt
{
    internal Prompt(ImmutableArray<PromptSegment> segments)
    {
        Segments = segments;
    }

    /// <summary>A prompt of nothing.</summary>
    public static Prompt Empty { get; } = new([]);

    internal ImmutableArray<PromptSegment> Segments { get; }

    /// <summary>A prompt of typed text, in which nothing is a control token.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static Prompt FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? Empty : new([new(PromptSegmentKind.Text, text, [])]);
    }

    /// <summary>
    /// A prompt of markup that the application wrote, in which the names of control tokens are control tokens.
    /// </summary>
    /// <param name="markup">The markup; never put text from elsewhere into it.</param>
    /// <exception cref="ArgumentNullException">The markup is null.</exception>
    public static Prompt FromMarkup(string markup)
    {
        ArgumentNullException.ThrowIfNull(markup);
        return markup.Length == 0 ? Empty : new([new(PromptSegmentKind.Markup, markup, [])]);
    }

    /// <summary>
    /// A prompt of tokens, taken as they are: a prompt that begins with tokens gets no BOS or CLS in front.
    /// </summary>
    /// <param name="tokens">Token ids of the model's vocabulary.</param>
    public static Prompt FromTokens(params ReadOnlySpan<int> tokens) =>
        tokens.IsEmpty ? Empty : new([new(PromptSegmentKind.Tokens, "", [.. tokens])]);

    /// <summary>A prompt of typed text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator Prompt(string text) => FromText(text);

    /// <summary>Joins two prompts.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">What follows it.</param>
    public static Prompt operator +(Prompt left, Prompt right) => Add(left, right);

    /// <summary>Joins two prompts.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">What follows it.</param>
    public static Prompt Add(Prompt left, Prompt right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(left.Segments.AddRange(right.Segments));
    }

    /// <summary>The texts and markups joined, for people.</summary>
    public override string ToString() => string.Concat(Segments.Select(segment => segment.Text));
}
