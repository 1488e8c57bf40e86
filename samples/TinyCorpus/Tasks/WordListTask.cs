namespace TinyCorpus.Tasks;

/// <summary>A list to copy or to reverse, of any words of the world.</summary>
/// <param name="order">What is to be done with it; words are not sorted.</param>
/// <param name="length">How many words are on it.</param>
internal sealed class WordListTask(ListOrder order, int length) : ListTask(order, length)
{
    private static readonly string[] Words =
    [
        .. World.Things, .. World.Boys, .. World.Girls, .. World.PetNames, .. World.Animals, .. World.Cities, .. World.Rooms,
        .. World.Colors, .. World.Days,
    ];

    protected override string[] Items(Random random) => random.PickSome<string>(Length, Words);
}
