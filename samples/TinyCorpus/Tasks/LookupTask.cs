namespace TinyCorpus.Tasks;

/// <summary>A table of words, in which words are to be found again.</summary>
/// <param name="entries">How many entries the table has.</param>
internal sealed class LookupTask(int entries) : TinyTask
{
    private static readonly string[] Keys = [.. World.Things, .. World.Boys, .. World.Girls, .. World.Animals, .. World.Rooms];
    private static readonly string[] Values = [.. World.Cities, .. World.Boys, .. World.Girls, .. World.Colors, .. World.Days, .. World.Foods];

    public override string Name => $"lookup-{entries}";

    public override string Description => $"look words up in a table of {entries}";

    protected override Exercise Create(Random random)
    {
        var keys = random.PickSome<string>(entries, Keys);
        var values = random.PickSome<string>(entries, [.. Values.Except(keys, StringComparer.Ordinal)]);
        var table = keys.Zip(values, (key, value) => $"{key} {value}").ToArray();
        var asked = random.PickSome<int>(random.Next(2, entries + 1), [.. Enumerable.Range(0, entries)]);
        var question = $"Table: {string.Join(", ", table)}. Look up {string.Join(", ", asked.Select(i => keys[i]))}.";
        var answer = string.Join(", ", asked.Select(i => table[i]));
        return new($"lookup {question}", question, $"{AnswerMark}{answer}", answer);
    }
}
