using System.Diagnostics;
using System.Globalization;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Search, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class SearchSampleTests
{
    private string _folder = "";

    private string Index => Path.Combine(_folder, "index");

    [SetUp]
    public void WriteTexts()
    {
        _folder = Directory.CreateTempSubdirectory("lamina-search").FullName;
        Write("cats.txt", "Kittens learn to hunt by playing.\nThey stalk, pounce on and bite whatever moves.\n");
        Write("kitchen/bread.md", "# Bread\n\nYeast turns sugar into gas, so that the dough grows.\nAn hour in a warm place will do.\n");
        Write("markets.txt", "Shares fell sharply on Monday, and investors bought bonds.\n");
        Write("notes.log", "Kittens hunt mice.\n");
        Write("empty.txt", "  \n");
    }

    [TearDown]
    public void DeleteTexts() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Help_Asked_NamesEveryOption(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["--help"], cancellationToken: cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Error, Is.Empty);
            foreach (var option in (string[])["folder", "query", "--model", "--pattern", "--top", "--index", "--threads", "--help"])
            {
                Assert.That(result.Output, Does.Contain(option));
            }
        });
    }

    [TestCase("Required argument 'folder'")]
    [TestCase("There is no model: name an embedding model", ".", "query")]
    [TestCase("'--top' was '0'", ".", "query", "--model", "x.gguf", "--top", "0")]
    [TestCase("'--model' was given an empty text", ".", "query", "--model", "")]
    [TestCase("The folder or the query is empty.", ".", "", "--model", "x.gguf")]
    [TestCase("There is no option '--frobnicate'.", ".", "query", "--model", "x.gguf", "--frobnicate")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments) =>
        (await RunAsync(arguments)).AssertOneLine(2, expected);

    [Test]
    public async Task Folder_MissingOrWithoutTexts_IsNamedBeforeTheModelIsLoaded()
    {
        string[] rest = ["query", "--model", "no-such-model.gguf"];
        (await RunAsync(["no-such-folder", .. rest])).AssertOneLine(1, "no folder 'no-such-folder'");
        (await RunAsync([_folder, .. rest, "--pattern", "*.html"])).AssertOneLine(1, "no files of the names *.html");
        (await RunAsync([_folder, .. rest, "--pattern", "empty.*"])).AssertOneLine(1, "has any text");
        (await RunAsync([_folder, .. rest])).AssertOneLine(1, "no-such-model.gguf");
    }

    [TestCase("cats.txt:1-2", "how", "do", "young", "cats", "catch", "mice")]
    [TestCase("kitchen/bread.md:1-4", "baking")]
    [TestCase("markets.txt:1", "the stock exchange lost value")]
    public async Task Query_InOtherWords_FindsTheTextThatIsMeant(string expected, params string[] query)
    {
        var result = await RunAsync([_folder, .. query, "--model", Model(), "--top", "1"]);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var (places, scores) = Hits(result.Output);
        Assert.That(places.Select(place => place.Replace('\\', '/')), Is.EqualTo([expected]));
        Assert.That(scores, Has.All.InRange(0.2, 1));
        Assert.That(result.Error, Does.Contain("files: 4; passages: 3, of which 3 were read now"));
    }

    [Test]
    public async Task Examples_OfTheReadme_AreFound()
    {
        var result = await RunAsync(
            [Path.Combine(SampleProcess.Folder, "Search", "examples"), "how do young animals practise", "--model", Model(), "--top", "2"]);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Hits(result.Output).Places, Is.EqualTo((string[])["cats.txt:1-3", "tides.txt:1"]));
    }

    [Test]
    public async Task Queries_FromStandardInput_AreAnsweredLineByLine(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            [_folder, "--model", Model(), "--pattern", "*.txt", "--pattern", "*.log"],
            "young cats\n\nbonds and shares\n",
            cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var answers = result.Output.TrimEnd().Split("\n\n").Select(answer => Hits(answer)).ToArray();
        Assert.That(answers, Has.Length.EqualTo(2));
        Assert.Multiple(() =>
        {
            Assert.That(answers[0].Places[..2], Is.EquivalentTo(["cats.txt:1-2", "notes.log:1"]));
            Assert.That(answers[1].Places[0], Is.EqualTo("markets.txt:1"));
            Assert.That(answers.Select(answer => answer.Scores), Has.All.Ordered.Descending);
        });
    }

    [Test]
    public async Task LongText_IsCutIntoPassagesWithTheirLines(CancellationToken cancellationToken)
    {
        string[] lines = [.. Enumerable.Range(1, 120).Select(i => $"Line {i} of this text is about prices on the stock exchange.")];
        lines[77] = "A kitten played with a ball of wool on the sofa until it fell asleep.";
        Write("long.txt", string.Join('\n', lines));

        var result = await RunAsync(
            [_folder, "a pet with a toy", "--model", Model(), "--pattern", "long.txt", "--top", "50"],
            cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var ranges = Hits(result.Output).Places
            .Select(place => place.Split(':')[1].Split('-').Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray())
            .ToArray();
        Assert.That(ranges[0], Has.Length.EqualTo(2));
        Assert.That(ranges[0][0], Is.LessThanOrEqualTo(78));
        Assert.That(ranges[0][1], Is.InRange(78, ranges[0][0] + 20), "a passage, not the whole text");
        Assert.That(ranges, Has.Length.GreaterThan(3));
        Assert.That(
            ranges.OrderBy(range => range[0]).Zip(ranges.OrderBy(range => range[0]).Skip(1)),
            Has.All.Matches<(int[] First, int[] Second)>(pair => pair.First[1] < pair.Second[0]), "none twice");
    }

    [Test]
    public async Task Index_OfAnEarlierRun_SparesAllButNewTexts(CancellationToken cancellationToken)
    {
        string[] arguments = [_folder, "young cats", "--model", Model(), "--index", Index];
        var first = await RunAsync(arguments, cancellationToken: cancellationToken);
        Write("dogs.txt", "Puppies chew on shoes.\n");
        var second = await RunAsync(arguments, cancellationToken: cancellationToken);
        var third = await RunAsync(arguments, cancellationToken: cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(first.Error, Does.Contain("passages: 3, of which 3 were read now"));
            Assert.That(second.Error, Does.Contain("passages: 4, of which 1 were read now"));
            Assert.That(third.Error, Does.Contain("passages: 4, of which 0 were read now"));
            Assert.That(third.Output, Is.EqualTo(second.Output));
            Assert.That(Hits(third.Output).Places, Does.Contain("dogs.txt:1").And.Contain("cats.txt:1-2"));
        });
    }

    [TestCase("no index of this program", "Kittens learn to hunt by playing.")]
    [TestCase("is damaged", "")]
    [TestCase("is damaged", null)]
    public async Task Index_DamagedOrAnotherFile_IsRefusedAndKept(string expected, string? content)
    {
        string[] arguments = [_folder, "cats", "--model", Model(), "--index", Index];
        if (content is null)
        {
            await RunAsync(arguments);
            File.WriteAllBytes(Index, File.ReadAllBytes(Index)[..^1]);
        }
        else
        {
            File.WriteAllText(Index, content);
        }

        var before = File.ReadAllBytes(Index);
        var result = await RunAsync(arguments);

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Error, Does.Contain("error: ").And.Contain(expected).And.Contain("--index").And.Not.Contain("   at "));
            Assert.That(File.ReadAllBytes(Index), Is.EqualTo(before));
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no kill to send a Ctrl+C with.")]
    public async Task Interrupt_WhileWaitingForAQuery_EndsQuietly(CancellationToken cancellationToken)
    {
        using var process = SampleProcess.Start("Search", [_folder, "--model", Model()]);
        try
        {
            await process.StandardInput.WriteLineAsync("young cats".AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
            for (var line = "?"; line.Length > 0;)
            {
                line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? "";
            }

            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])!)
            {
                await kill.WaitForExitAsync(cancellationToken);
            }

            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);

            Assert.Multiple(() =>
            {
                Assert.That(process.ExitCode, Is.EqualTo(130));
                Assert.That(error, Does.Contain("were read now").And.Not.Contain("error: ").And.Not.Contain("   at "));
            });
        }
        finally
        {
            process.Kill();
        }
    }

    [Test]
    public async Task Model_Reranker_IsRefused(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            [_folder, "cats", "--model", TestModels.Require("random-bert-rank.gguf")], cancellationToken: cancellationToken);

        result.AssertOneLine(1, "ranks documents");
    }

    private static string Model() => TestModels.Require(TestEngines.MiniName);

    /// <summary>Excerpts are indented; the lines before them have a score and a place.</summary>
    private static (string[] Places, double[] Scores) Hits(string output)
    {
        var hits = output.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split("  ", 2)).ToArray();
        return (
            [.. hits.Select(hit => hit[1])],
            [.. hits.Select(hit => double.Parse(hit[0], CultureInfo.InvariantCulture))]);
    }

    private static Task<SampleResult> RunAsync(
        string[] arguments, string? input = null, CancellationToken cancellationToken = default) =>
        SampleProcess.RunAsync("Search", arguments, input, cancellationToken: cancellationToken);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
