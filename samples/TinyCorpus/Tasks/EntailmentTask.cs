namespace TinyCorpus.Tasks;

/// <summary>Yes or no: does it follow from these facts? The answer gives what it follows from first.</summary>
/// <param name="facts">How many facts are given.</param>
internal sealed class EntailmentTask(int facts) : TinyTask
{
    private static readonly string[] Comparisons = ["taller", "older", "faster", "stronger"];

    public override string Name => $"entail-{facts}";

    public override string Description => $"yes or no, from {facts} facts";

    protected override Exercise Create(Random random)
    {
        var (text, question, reason, yes) = random.Percent(50) ? Where(random) : Compare(random);
        var answer = yes ? "Yes" : "No";
        return new($"{text} {question}", $"{text} {question}", $"{reason}\n{AnswerMark}{answer}", answer);
    }

    /// <summary>Who is where.</summary>
    private (string Text, string Question, string Reason, bool Yes) Where(Random random)
    {
        var names = random.PickSome<string>(facts, [.. World.Boys, .. World.Girls]);
        var places = random.PickSome<string>(facts, World.Rooms);
        var text = string.Join(' ', names.Zip(places, (name, place) => $"{name} is in the {place}."));
        var (who, yes) = (random.Next(facts), random.Percent(50));
        var where = yes ? who : (who + random.Next(1, facts)) % facts;
        return (text, $"Is {names[who]} in the {places[where]}?", $"{names[who]} is in the {places[who]}.", yes);
    }

    /// <summary>A chain, in any order: who is taller than the next. It is followed from the first who is asked about.</summary>
    private (string Text, string Question, string Reason, bool Yes) Compare(Random random)
    {
        var names = random.PickSome<string>(facts + 1, [.. World.Boys, .. World.Girls]);
        var word = random.Pick<string>(Comparisons);
        var links = Enumerable.Range(0, facts).Select(i => $"{names[i]} is {word} than {names[i + 1]}.").ToArray();
        random.Shuffle(links);
        var pair = random.PickSome(2, [.. Enumerable.Range(0, facts + 1)]);
        var yes = pair[0] < pair[1];
        var reason = string.Join(" > ", yes ? names[pair[0]..(pair[1] + 1)] : [.. names[pair[0]..], "nobody"]);
        return (string.Join(' ', links), $"Is {names[pair[0]]} {word} than {names[pair[1]]}?", reason, yes);
    }
}
