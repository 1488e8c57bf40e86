namespace TinyCorpus.Tasks;

/// <summary>The sum of two numbers, digit by digit.</summary>
/// <param name="digits">How many digits each number has.</param>
internal sealed class AdditionTask(int digits) : TinyTask
{
    public override string Name => $"add-{digits}";

    public override string Description => $"add two numbers of {digits} digits";

    protected override Exercise Create(Random random)
    {
        var (a, b) = (random.Digits(digits), random.Digits(digits));
        var question = random.Pick(
            $"What is {a} + {b}?", $"{a} + {b} = ?", $"{a}+{b}", $"Add {a} and {b}.", $"What is {a} plus {b}?", $"Compute {a} + {b}.");
        return new($"add {a} {b}", question, $"{ColumnSteps.Add(a, b)}{AnswerMark}{a + b}", (a + b).Text());
    }
}
