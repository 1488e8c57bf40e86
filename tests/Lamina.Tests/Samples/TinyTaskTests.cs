using System.Globalization;
using System.Text.RegularExpressions;
using TinyCorpus;

namespace Lamina.Tests.Samples;

/// <summary>Questions that a program makes, and how it checks answers.</summary>
[TestFixtureSource(typeof(TinyTasks), nameof(TinyTasks.All))]
internal sealed partial class TinyTaskTests(TinyTask task)
{
    [Test]
    public void Check_ItsOwnSolution_IsRight() =>
        Assert.That(Exercises(300).Select(exercise => task.Check(exercise, exercise.Solution)), Is.All.EqualTo(new Verdict(true, true)));

    [Test]
    public void Check_TheSolutionOfAnotherQuestion_IsWrong()
    {
        var exercises = Exercises(100);
        for (var i = 1; i < exercises.Length; i++)
        {
            var (asked, other) = (exercises[i - 1], exercises[i]);
            if (!string.Equals(asked.Answer, other.Answer, StringComparison.Ordinal))
            {
                Assert.That(task.Check(asked, other.Solution).IsCorrect, Is.False, $"{asked.Question} {other.Solution}");
            }
        }
    }

    [TestCase("")]
    [TestCase("I do not know.")]
    [TestCase("{\"name\": ")]
    [TestCase("#### ")]
    [TestCase("<tool_call>\n{}\n</tool_call>")]
    [TestCase("<tool_call>\n{\"name\": 1, \"arguments\": {}}\n</tool_call>")]
    [TestCase("{\"a\": 1, \"a\": 2}")]
    public void Check_NoAnswer_IsNotWellFormed(string completion) =>
        Assert.That(task.Check(Exercises(1)[0], completion), Is.EqualTo(new Verdict(false, false)));

    [Test]
    public void Create_Steps_AddUp()
    {
        foreach (var exercise in Exercises(300))
        {
            foreach (Match step in Step().Matches(exercise.Solution))
            {
                Assert.That(Value(step.Groups["left"].Value), Is.EqualTo(Number(step.Groups["right"].Value)), exercise.Solution);
            }
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Create_HeldOutOrNot_IsAsAsked(bool heldOut)
    {
        var random = new Random(1);
        Assert.That(
            Enumerable.Range(0, 100).Select(_ => task.Create(random, heldOut).IsHeldOut), Is.All.EqualTo(heldOut));
    }

    [Test]
    public void Create_ManyQuestions_SeldomAgain() =>
        Assert.That(Exercises(200).Select(exercise => exercise.Key).Distinct(StringComparer.Ordinal).Count(), Is.AtLeast(70));

    [GeneratedRegex("^(?<left>[0-9+*/-]+)=(?<right>[0-9]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();

    [GeneratedRegex("(?<sign>[+*/-])(?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Operation();

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static int Value(string expression) => Operation().Matches("+" + expression).Aggregate(0, (value, operation) =>
        (operation.Groups["sign"].Value, Number(operation.Groups["number"].Value)) switch
        {
            ("+", var number) => value + number,
            ("-", var number) => value - number,
            ("*", var number) => value * number,
            (_, var number) => value / number,
        });

    private Exercise[] Exercises(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => task.Create(random, heldOut: true))];
    }
}
