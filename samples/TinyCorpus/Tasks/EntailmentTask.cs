namespace TinyCorpus.Tasks;

/// <summary>Yes or no: does it follow from these facts?</summary>
/// <param name="facts">How many facts are given.</param>
internal sealed class EntailmentTask(int facts) : TinyTask
{
    private static readonly string[] Comparisons = ["taller", "older", "faster", "stronger"];

    public override string Name => $"entail-{facts}";

    public override string Description => $"yes or no, from {facts} facts";

    public override Verdict Check(Exercise exercise, string completion)
    {
        var answer = completion.Trim();
        return new(answer is "Yes." or "No.", string.Equals(answer, exercise.Answer, StringComparison.Ordinal));
    }

    protected override Exercise Create(Random random)
    {
        var (text, question, yes) = random.Percent(50) ? Where(random) : Compare(random);
        var answer = yes ? "Yes." : "No.";
        return new($"{text} {question}", $"{text} {question}", answer, answer);
    }

    /// <summary>Who is where.</summary>
    private (string Text, string Question, bool Yes) Where(Random random)
    {
        var names = random.PickSome<string>(facts, [.. World.Boys, .. World.Girls]);
        var places = random.PickSome<string>(facts, World.Rooms);
        var text = string.Join(' ', names.Zip(places, (name, place) => $"{name} is in the {place}."));
        var (who, yes) = (random.Next(facts), random.Percent(50));
        var where = yes ? who : (who + random.Next(1, facts)) % facts;
        return (text, $"Is {names[who]} in the {places[where]}?", yes);
    }

    /// <summary>A chain: the first is taller than the second, that is taller than the third.</summary>
    private (string Text, string Question, bool Yes) Compare(Random random)
    {
        var names = random.PickSome<string>(facts + 1, [.. World.Boys, .. World.Girls]);
        var word = random.Pick<string>(Comparisons);
        var text = string.Join(' ', Enumerable.Range(0, facts).Select(i => $"{names[i]} is {word} than {names[i + 1]}."));
        var pair = random.PickSome(2, [.. Enumerable.Range(0, facts + 1)]);
        return (text, $"Is {names[pair[0]]} {word} than {names[pair[1]]}?", pair[0] < pair[1]);
    }
}
