namespace TinyCorpus.Tasks;

/// <summary>The difference of two numbers, digit by digit; it is never negative.</summary>
/// <param name="digits">How many digits each number has.</param>
internal sealed class SubtractionTask(int digits) : TinyTask
{
    public override string Name => $"subtract-{digits}";

    public override string Description => $"subtract two numbers of {digits} digits";

    protected override Exercise Create(Random random)
    {
        var (one, other) = (random.Digits(digits), random.Digits(digits));
        var (a, b) = (Math.Max(one, other), Math.Min(one, other));
        var question = random.Pick(
            $"What is {a} - {b}?", $"{a} - {b} = ?", $"{a}-{b}", $"Subtract {b} from {a}.", $"What is {a} minus {b}?", $"Compute {a} - {b}.");
        return new($"subtract {a} {b}", question, $"{ColumnSteps.Subtract(a, b)}{AnswerMark}{a - b}", (a - b).Text());
    }
}
