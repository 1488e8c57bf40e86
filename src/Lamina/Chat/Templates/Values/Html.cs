namespace Lamina.Chat.Templates.Values;

/// <summary>HTML's escapes.</summary>
internal static class Html
{
    /// <summary>The text with the characters that mean something in HTML escaped, as Markup.</summary>
    public static Text Escape(Text text)
    {
        if (text.IsMarkup)
        {
            return text;
        }

        var builder = new TextBuilder();
        for (var i = 0; i < text.Value.Length; i++)
        {
            var escaped = text.Value[i] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&#34;", '\'' => "&#39;", _ => null };
            builder.Append(escaped is null ? text.Slice(i, 1) : Text.Of(escaped, text.Slice(i, 1).IsTyped));
        }

        return builder.ToText(isMarkup: true);
    }
}
