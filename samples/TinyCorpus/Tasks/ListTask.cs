namespace TinyCorpus.Tasks;

/// <summary>A list to copy, to reverse or to sort: numbers of two digits, or words.</summary>
/// <param name="order">What is to be done with it.</param>
/// <param name="length">How many things are on it.</param>
internal class ListTask(ListOrder order, int length) : TinyTask
{
    public override string Name => $"{Verb}-{length}";

    public override string Description => $"{Verb} a list of {length}";

    protected int Length => length;

    private string Verb => order switch { ListOrder.Same => "copy", ListOrder.Reversed => "reverse", _ => "sort" };

    protected override Exercise Create(Random random)
    {
        var items = Items(random);
        var list = string.Join(' ', items);
        var question = order switch
        {
            ListOrder.Same => random.Pick($"Copy: {list}", $"Repeat this list: {list}", $"Say again: {list}"),
            ListOrder.Reversed => random.Pick($"Reverse: {list}", $"Turn this list around: {list}", $"Say backwards: {list}"),
            _ => random.Pick($"Sort: {list}", $"Sort these numbers: {list}", $"Put in order: {list}"),
        };
        IEnumerable<string> result = order switch
        {
            ListOrder.Same => items,
            ListOrder.Reversed => items.Reverse(),
            _ => items.Order(StringComparer.Ordinal),
        };
        var answer = string.Join(' ', result);
        return new($"{Verb} {list}", question, AnswerMark + answer, answer);
    }

    /// <summary>What is on the list.</summary>
    protected virtual string[] Items(Random random) => order != ListOrder.Sorted && random.Percent(40)
        ? random.PickSome<string>(length, World.Things)
        : [.. Enumerable.Range(0, length).Select(_ => random.Next(10, 100).Text())];
}
