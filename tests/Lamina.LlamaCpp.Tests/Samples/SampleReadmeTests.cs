using System.Text.RegularExpressions;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>The READMEs of the samples, held against what the programs say of themselves.</summary>
[CancelAfter(120_000)]
public sealed partial class SampleReadmeTests
{
    /// <summary>Options that every program has, or that are dotnet's.</summary>
    private static readonly string[] Others = ["--help", "--version", "--project"];

    private const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>The samples of the solution: programs that have a folder, and are built with it.</summary>
    private static IEnumerable<string> Samples()
    {
        var solution = File.ReadAllText(Path.Combine(SampleProcess.Folder, "..", "Engine.sln"));
        return Directory.GetFiles(SampleProcess.Folder, "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("<OutputType>Exe", StringComparison.Ordinal))
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Where(sample => solution.Contains($"\\{sample}.csproj", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    [TestCaseSource(nameof(Samples))]
    public async Task Readme_OfASample_NamesTheOptionsOfItsHelpAndNoOthers(string sample)
    {
        var readme = OptionName().Matches(ReadReadme(sample)).Select(match => match.Value).Except(Others, StringComparer.Ordinal);

        var help = await HelpAsync(sample);

        Assert.That(readme, Is.EquivalentTo(help));
    }

    [TestCaseSource(nameof(Samples))]
    public void Readme_OfASample_SaysHowItIsRunAndMade(string sample)
    {
        var readme = ReadReadme(sample);

        Assert.That(readme, Does.StartWith($"# {sample}\n").And.Contain($"dotnet run --project samples/{sample} -c Release"));
        Assert.That(readme, Does.Contain("\n## How it is made\n"));
    }

    [TestCaseSource(nameof(Samples))]
    public void Readme_HowItIsMade_IsWhatStandsInTheFiles(string sample)
    {
        var folder = Path.Combine(SampleProcess.Folder, sample);
        var readme = ReadReadme(sample);
        var made = readme[readme.IndexOf("\n## How it is made\n", StringComparison.Ordinal)..];
        var lines = Directory.GetFiles(folder, "*.cs").SelectMany(File.ReadLines).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);

        Assert.Multiple(() =>
        {
            foreach (Match file in FileName().Matches(made))
            {
                Assert.That(Path.Combine(folder, file.Groups["file"].Value), Does.Exist);
            }

            foreach (Match snippet in Snippet().Matches(made))
            {
                Assert.That(snippet.Groups["code"].Value.Split('\n', Options).Except(lines, StringComparer.Ordinal), Is.Empty);
            }
        });
    }

    [Test]
    public void Readme_OfAllSamples_NamesEach()
    {
        var readme = ReadReadme("");

        Assert.That(Samples().Count(), Is.GreaterThan(8));
        Assert.Multiple(() =>
        {
            foreach (var folder in Directory.GetDirectories(SampleProcess.Folder).Select(Path.GetFileName))
            {
                Assert.That(readme, Does.Contain($"({folder}/README.md)").Or.Contain($"`{folder}`"));
            }
        });
    }

    private static string ReadReadme(string sample) => File.ReadAllText(Path.Combine(SampleProcess.Folder, sample, "README.md"));

    /// <summary>The names of the options of a program and its commands.</summary>
    private static async Task<IEnumerable<string>> HelpAsync(string sample)
    {
        var help = (await SampleProcess.RunAsync(sample, ["--help"])).Output;
        foreach (Match command in CommandName().Matches(help))
        {
            help += (await SampleProcess.RunAsync(sample, [command.Groups["name"].Value, "--help"])).Output;
        }

        return OptionLine().Matches(help)
            .SelectMany(line => OptionName().Matches(line.Value))
            .Select(match => match.Value)
            .Except(Others, StringComparer.Ordinal);
    }

    /// <summary>A line of help with the names of an option, up to its value or description.</summary>
    [GeneratedRegex(@"^  -[^<]*?(?=  |<|$)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OptionName();

    [GeneratedRegex(@"(?<=^Commands:\n(  .*\n)*)  (?<name>[a-z]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CommandName();

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"`(?<file>[\w./]+\.cs)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex FileName();
}
