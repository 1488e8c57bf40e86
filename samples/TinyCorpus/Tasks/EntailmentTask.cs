namespace TinyCorpus.Tasks;

/// <summary>Yes or no: does it follow from these facts? The answer gives what it follows from first.</summary>
/// <param name="facts">How many facts are given.</param>
internal sealed class EntailmentTask(int facts) : TinyTask
{
    private static readonly string[] Comparisons = ["Taller", "Older", "Faster", "Stronger"];

    public override string Name => $"entail-{facts}";

    public override string Description => $"yes or no, from {facts} facts";

    protected override Exercise Create(Random random)
    {
        var (text, question, reason, yes) = random.Percent(50) ? Where(random) : Compare(random);
        var answer = yes ? "Yes" : "No";
        return new($"{text} {question}", $"{text} {question}", $"{reason}\n{AnswerMark}{answer}", answer);
    }

    /// <summary>Who is where. What follows from the facts is who is in the place that is asked about.</summary>
    private (string Text, string Question, string Reason, bool Yes) Where(Random random)
    {
        var names = random.PickSome<string>(facts, [.. World.Boys, .. World.Girls]);
        var places = random.PickSome<string>(facts, World.Rooms);
        var known = names.Zip(places, (name, place) => $"In the {place} is {name}.").ToArray();
        var (where, yes) = (random.Next(facts), random.Percent(50));
        var who = yes ? where : (where + random.Next(1, facts)) % facts;
        return (string.Join(' ', known), $"Is {names[who]} in the {places[where]}?", known[where], yes);
    }

    /// <summary>A chain, in any order. It is followed from the second who is asked about, to the first or to its end.</summary>
    private (string Text, string Question, string Reason, bool Yes) Compare(Random random)
    {
        var names = random.PickSome<string>(facts + 1, [.. World.Boys, .. World.Girls]);
        var more = random.Pick<string>(Comparisons);
        var links = names[..^1].Zip(names[1..], Link).ToArray();
        var (from, to) = (random.Next(facts + 1), random.Next(facts));
        to += to >= from ? 1 : 0;
        var yes = from < to;
        IEnumerable<string> reason = yes ? links[from..to] : [.. links[from..], Link(names[^1], "nobody")];
        var question = $"Is {names[to]} {more.ToLowerInvariant()} than {names[from]}?";
        var answer = string.Join(' ', reason);
        random.Shuffle(links);
        return (string.Join(' ', links), question, answer, yes);

        string Link(string less, string name) => $"{more} than {less} is {name}.";
    }
}
