using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates;

/// <summary>One rendering: what it may spend, and what it knows of the world.</summary>
/// <param name="now">The time that <c>strftime_now</c> tells.</param>
internal sealed class TemplateRun(DateTimeOffset now)
{
    private const long MostSteps = 20_000_000;
    private const int MostCharacters = 16_000_000;
    private const int MostDepth = 200;

    private long _steps;
    private long _characters;
    private int _depth;

    public DateTimeOffset Now => now;

    /// <summary>Where in the template it is.</summary>
    public int At { get; set; }

    /// <summary>Counts work: a step for about each value that is made or looked at, and for each 16 characters.</summary>
    /// <exception cref="TemplateFault">It is more than a template for a chat could need.</exception>
    public void Spend(long steps = 1)
    {
        _steps += steps;
        if (_steps > MostSteps || steps < 0)
        {
            throw new TemplateFault($"the template takes more than {MostSteps} steps; it may loop without end");
        }
    }

    /// <summary>Counts the characters of a text that is made.</summary>
    /// <inheritdoc cref="Spend(long)"/>
    public Text Spend(Text text)
    {
        Spend((text.Value.Length / 16) + 1);
        return text;
    }

    /// <summary>Counts characters that are put out.</summary>
    /// <exception cref="TemplateFault">They are more than a chat could have.</exception>
    public void Put(int characters)
    {
        _characters += characters;
        if (_characters > MostCharacters)
        {
            throw new TemplateFault($"the template puts out more than {MostCharacters} characters");
        }
    }

    /// <summary>Goes into a macro or a loop that calls itself.</summary>
    /// <exception cref="TemplateFault">It is called within itself too often.</exception>
    public void Enter()
    {
        if (++_depth > MostDepth)
        {
            throw new TemplateFault($"maximum recursion depth exceeded: macros are called within each other more than {MostDepth} deep");
        }
    }

    public void Leave() => _depth--;
}
