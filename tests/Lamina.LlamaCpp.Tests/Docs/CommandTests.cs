using System.Text.RegularExpressions;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>Commands of the documentation name projects that there are, and options and commands that these have.</summary>
public sealed partial class CommandTests
{
    private static IEnumerable<TestCaseData> Commands => Repository.Texts
        .SelectMany(text => CommandPattern().Matches(text.Text))
        .Select(command => (Project: command.Groups["project"].Value, Arguments: command.Groups["arguments"].Value))
        .Distinct()
        .Select(command => new TestCaseData(command.Project, command.Arguments));

    [TestCaseSource(nameof(Commands))]
    public void EveryCommand_IsOneOfTheProgram(string project, string arguments)
    {
        Assert.That(Repository.Files(project, "*.csproj").ToArray(), Has.Length.EqualTo(1), project);

        var program = string.Concat(Repository.Files(project, "*.cs").Concat(Repository.Files("samples/Shared", "*.cs")).Select(Repository.Read));
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var hasCommands = program.Contains("new Command(", StringComparison.Ordinal);
        if (words is [var first, ..] && hasCommands && !first.StartsWith('-'))
        {
            Assert.That(Regex.IsMatch(program, $"""(Command|Create)\(\s*"{first}["]""", RegexOptions.None, TimeSpan.FromMilliseconds(MarkdownFile.Timeout)), $"{project} has no command '{first}'.");
        }

        // What follows "run" is for BenchmarkDotNet.
        foreach (var option in words is ["run", ..] ? [] : words.Where(word => OptionPattern().IsMatch(word) && word is not "--help"))
        {
            Assert.That(program.Contains($"\"{option}\"", StringComparison.Ordinal), $"{project} has no option '{option}'.");
        }
    }

    [GeneratedRegex(@"dotnet run --project (?<project>\S+)( -c Release)?( -- (?<arguments>[^`\n]*))?", RegexOptions.ExplicitCapture, MarkdownFile.Timeout)]
    private static partial Regex CommandPattern();

    [GeneratedRegex("^--?[a-z][a-z-]*$", RegexOptions.None, MarkdownFile.Timeout)]
    private static partial Regex OptionPattern();
}
