using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Keeps what templates make small enough to be made.</summary>
internal static class Sizes
{
    public const int MostCharacters = 16_000_000;

    /// <exception cref="TemplateFault">A text of so many characters is none that a template should make.</exception>
    public static void Check(long characters)
    {
        if (characters > MostCharacters)
        {
            throw new TemplateFault($"the text would have more than {MostCharacters} characters");
        }
    }

    /// <summary>Appends a text so many times.</summary>
    /// <exception cref="TemplateFault">It would be too long.</exception>
    public static void Repeat(this TextBuilder builder, Text text, int times, TemplateRun run)
    {
        var added = (long)text.Value.Length * Math.Max(times, 0);
        Check(builder.Length + added);
        run.Spend(added / 16);
        if (text.Value.Length == 1 && times > 0)
        {
            builder.Append(Text.Of(new string(text.Value[0], times), text.IsTyped));
            return;
        }

        for (var i = 0; i < times && added > 0; i++)
        {
            builder.Append(text);
        }
    }
}
