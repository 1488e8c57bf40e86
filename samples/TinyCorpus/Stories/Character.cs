namespace TinyCorpus.Stories;

/// <summary>Somebody in a story.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it is: "fox", "girl".</param>
/// <param name="IsFemale">Whether it is a she.</param>
internal sealed record Character(string Name, string Kind, bool IsFemale)
{
    public string He => IsFemale ? "she" : "he";

    public string Him => IsFemale ? "her" : "him";

    public string His => IsFemale ? "her" : "his";

    public string CapitalHe => He.Capital();

    public string CapitalHis => His.Capital();

    /// <summary>Draws somebody who is none of the others, in name or kind.</summary>
    public static Character Draw(Random random, Character? other = null)
    {
        while (true)
        {
            var isFemale = random.Percent(50);
            var character = random.Percent(70)
                ? new Character(random.Pick<string>(World.PetNames), random.Pick<string>(World.Animals), isFemale)
                : new Character(isFemale ? random.Pick<string>(World.Girls) : random.Pick<string>(World.Boys), isFemale ? "girl" : "boy", isFemale);
            if (other is null || (!string.Equals(character.Name, other.Name, StringComparison.Ordinal)
                && !string.Equals(character.Kind, other.Kind, StringComparison.Ordinal)))
            {
                return character;
            }
        }
    }
}
