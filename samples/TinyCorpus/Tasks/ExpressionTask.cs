using System.Globalization;
using System.Text;

namespace TinyCorpus.Tasks;

/// <summary>An expression with brackets, computed from the inside out, a line for each step.</summary>
/// <param name="steps">How many operations it has.</param>
internal sealed class ExpressionTask(int steps) : TinyTask
{
    private const int Largest = 999;

    public override string Name => $"expression-{steps}";

    public override string Description => $"an expression of {steps} operations";

    protected override Exercise Create(Random random)
    {
        var value = random.Next(2, 100);
        var expression = value.Text();
        var lines = new StringBuilder();
        for (var step = 0; step < steps; step++)
        {
            var (sign, operand, result) = Operation(random, value);
            lines.Append(CultureInfo.InvariantCulture, $"{value}{sign}{operand}={result}\n");
            expression = step == 0 ? $"{expression} {sign} {operand}" : $"({expression}) {sign} {operand}";
            value = result;
        }

        var question = random.Pick($"What is {expression}?", $"{expression} = ?", $"Compute {expression}.");
        return new($"expression {expression}", question, $"{lines}{AnswerMark}{value}", value.Text());
    }

    /// <summary>An operation whose result is neither negative nor too large.</summary>
    private static (char Sign, int Operand, int Result) Operation(Random random, int value)
    {
        while (true)
        {
            var sign = random.Pick('+', '-', '*');
            var operand = sign == '*' ? random.Next(2, 10) : random.Next(2, 100);
            var result = sign switch { '+' => value + operand, '-' => value - operand, _ => value * operand };
            if (result is >= 0 and <= Largest)
            {
                return (sign, operand, result);
            }
        }
    }
}
