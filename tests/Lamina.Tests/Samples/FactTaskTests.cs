using System.Text.RegularExpressions;
using TinyCorpus;

namespace Lamina.Tests.Samples;

/// <summary>Solutions that name what they follow from, worked out here from the question alone.</summary>
internal sealed partial class FactTaskTests
{
    [TestCase("entail-3")]
    [TestCase("entail-6")]
    public void Create_YesOrNo_FollowsFromTheFactsThatAreNamed(string name)
    {
        var yes = 0;
        foreach (var exercise in Exercises(name))
        {
            var question = Question().Match(exercise.Question);
            var facts = Fact().Matches(exercise.Question).ToDictionary(
                fact => LowerFirst(fact.Groups["what"].Value), fact => fact.Groups["who"].Value, StringComparer.Ordinal);
            var asked = question.Groups["what"].Value;
            var found = facts.GetValueOrDefault(asked, "nobody");
            var chain = new List<string> { $"{asked} is {found}." };
            while (asked.Contains("than", StringComparison.Ordinal) && found is not "nobody"
                && !string.Equals(found, question.Groups["who"].Value, StringComparison.Ordinal))
            {
                asked = asked[..asked.IndexOf("than", StringComparison.Ordinal)] + "than " + found;
                found = facts.GetValueOrDefault(asked, "nobody");
                chain.Add($"{asked} is {found}.");
            }

            var isYes = string.Equals(found, question.Groups["who"].Value, StringComparison.Ordinal);
            Assert.That(exercise.Answer, Is.EqualTo(isYes ? "Yes" : "No"), exercise.Question);
            Assert.That(
                exercise.Solution, Is.EqualTo($"{string.Join(' ', chain)}\n#### {exercise.Answer}").IgnoreCase, exercise.Question);
            yes += isYes ? 1 : 0;
        }

        Assert.That(yes, Is.InRange(70, 230), "neither is the answer much more often");
    }

    [Test]
    public void Create_LookUp_GivesTheEntriesInTheOrderAskedFor()
    {
        foreach (var exercise in Exercises("lookup-8"))
        {
            var parts = exercise.Question.Split(". Look up ");
            var table = parts[0]["Table: ".Length..].Split(", ").ToDictionary(
                entry => entry.Split(' ')[0], entry => entry.Split(' ')[1], StringComparer.Ordinal);
            var expected = parts[1].TrimEnd('.').Split(", ").Select(key => $"{key} {table[key]}");
            Assert.That(exercise.Answer, Is.EqualTo(string.Join(", ", expected)));
        }
    }

    [GeneratedRegex(@"(?:^|\. )(?<what>In the \w+|\w+ than \w+) is (?<who>\w+)(?=\.)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fact();

    [GeneratedRegex(@"Is (?<who>\w+) (?<what>in the \w+|\w+ than \w+)\?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Question();

    private static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static IEnumerable<Exercise> Exercises(string name)
    {
        var random = new Random(3);
        return Enumerable.Range(0, 300).Select(_ => TinyTasks.Get(name).Create(random, heldOut: true));
    }
}
