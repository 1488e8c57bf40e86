namespace TinyCorpus.Stories;

/// <summary>Who and what a story is about.</summary>
internal sealed record Cast(Random Random, Character Hero, Character Friend, string Color, string Thing, string Place, string Food)
{
    /// <summary>"red ball".</summary>
    public string ColoredThing => $"{Color} {Thing}";

    public static Cast Draw(Random random)
    {
        var hero = Character.Draw(random);
        return new(
            random,
            hero,
            Character.Draw(random, hero),
            random.Pick<string>(World.Colors),
            random.Pick<string>(World.Things),
            random.Pick<string>(World.Places),
            random.Pick<string>(World.Foods));
    }

    /// <summary>One of several ways to say a thing.</summary>
    public string Say(params ReadOnlySpan<string> ways) => Random.Pick(ways);

    /// <summary>As <see cref="Say"/>, but left out now and then.</summary>
    public string Maybe(params ReadOnlySpan<string> ways) => Random.Percent(60) ? Random.Pick(ways) : "";
}
