using System.Globalization;
using System.Text;

namespace TinyCorpus.Tasks;

/// <summary>A product with a number of two digits, by parts: ones, tens, and their sum.</summary>
/// <param name="digits">How many digits the other number has: 1 or 2.</param>
internal sealed class MultiplicationTask(int digits) : TinyTask
{
    public override string Name => $"multiply-{digits}";

    public override string Description => $"multiply a number of {digits} digit{(digits == 1 ? "" : "s")} by one of 2";

    protected override Exercise Create(Random random)
    {
        var (a, b) = (digits == 1 ? random.Next(2, 10) : random.Next(11, 100), random.Next(11, 100));
        var question = random.Pick(
            $"What is {a} * {b}?", $"{a} * {b} = ?", $"{a}*{b}", $"Multiply {a} by {b}.", $"What is {a} times {b}?", $"Compute {a} * {b}.");
        var (ones, tens) = (b % 10, b / 10 * 10);
        var steps = new StringBuilder();
        steps.Append(CultureInfo.InvariantCulture, $"{a}*{ones}={a * ones}\n{a}*{tens}={a * tens}\n");
        steps.Append(CultureInfo.InvariantCulture, $"{a * tens}+{a * ones}={a * b}\n");
        return new($"multiply {a} {b}", question, $"{steps}{AnswerMark}{a * b}", (a * b).Text());
    }
}
