namespace TinyCorpus.Tasks;

/// <summary>A problem in words, solved a line for each step.</summary>
/// <param name="steps">How many operations it takes: 2 or 3.</param>
internal sealed class StoryProblemTask(int steps) : TinyTask
{
    public override string Name => $"problem-{steps}";

    public override string Description => $"a problem in words, of {steps} steps";

    protected override Exercise Create(Random random)
    {
        var name = random.AnyName();
        var goods = random.Pick<string>(World.Goods);
        var (text, value, lines) = Begin(random, name, goods);
        while (lines.Count < steps)
        {
            var (sentence, sign, operand) = Continue(random, name, goods, value);
            var result = sign switch { '+' => value + operand, '-' => value - operand, '*' => value * operand, _ => value / operand };
            lines.Add($"{value}{sign}{operand}={result}");
            text += " " + sentence;
            value = result;
        }

        text += random.Pick(
            $" How many {goods} does {name} have now?", $" How many {goods} has {name} got in the end?", $" How many {goods} are there now?");
        // The numbers and what is done with them, whoever has them.
        var key = $"problem {string.Join(' ', lines)}";
        return new(key, text, $"{string.Join('\n', lines)}\n{AnswerMark}{value}", value.Text());
    }

    private static (string Text, int Value, List<string> Lines) Begin(Random random, string name, string goods)
    {
        if (random.Percent(50))
        {
            var value = random.Next(10, 100);
            return (random.Pick($"{name} has {value} {goods}.", $"There are {value} {goods} in {name}'s basket."), value, []);
        }

        var (bags, each) = (random.Next(2, 10), random.Next(3, 30));
        var text = random.Pick(
            $"{name} has {bags} bags with {each} {goods} each.",
            $"{name} buys {bags} boxes. There are {each} {goods} in each box.",
            $"Each day {name} collects {each} {goods}, for {bags} days.");
        return (text, bags * each, [$"{bags}*{each}={bags * each}"]);
    }

    private static (string Sentence, char Sign, int Operand) Continue(Random random, string name, string goods, int value)
    {
        var friend = random.AnyName();
        switch (random.Next(4))
        {
            case 0 when value is > 1 and < 100:
                var times = random.Next(2, 6);
                var word = times switch { 2 => "twice", 3 => "three times", 4 => "four times", _ => "five times" };
                return (random.Pick(
                    $"After a week there are {word} as many.", $"By magic {name} gets {word} as many."), '*', times);
            case 1 when value >= 4 && value % 2 == 0:
                return (random.Pick(
                    $"{name} gives half of them to {friend}.", $"Half of the {goods} get lost."), '/', 2);
            case 2 when value >= 10:
                var less = random.Next(2, Math.Min(value, 90));
                return (random.Pick(
                    $"{name} gives {less} to {friend}.", $"Then {name} sells {less} of them.", $"{friend} takes {less} away."), '-', less);
            default:
                var more = random.Next(3, 90);
                return (random.Pick(
                    $"{friend} brings {more} more.", $"Then {name} finds {more} more {goods}.", $"{name} buys another {more}."), '+', more);
        }
    }
}
