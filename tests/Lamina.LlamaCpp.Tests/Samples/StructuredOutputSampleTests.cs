using System.Diagnostics;
using System.Text.Json;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/StructuredOutput, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class StructuredOutputSampleTests
{
    private const string PersonText = "My friend Lena from Porto is 41.";

    private static readonly string PersonSchema = Example("person.json");

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-structured").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task NoArguments_ReadOrdersAsValues()
    {
        var result = await RunAsync();

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Lines(result), Is.EqualTo((string[])
        [
            """{"name":"Mia","item":"cups","count":12,"price":30}""",
            """{"name":"Otto","item":"books","count":5,"price":48}""",
            """{"name":"Clara","item":"pens","count":9,"price":27}""",
        ]));
        Assert.That(result.Error, Does.Contain("answers: 3 of 3"));
    }

    [Test]
    public async Task Schema_OfAFile_IsKept()
    {
        var result = await RunAsync("--schema", PersonSchema, "--prompt", PersonText);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var person = JsonElement.Parse(Lines(result).Single());
        Assert.That(JsonElement.DeepEquals(person, JsonElement.Parse("""{"name": "Lena", "age": 41, "city": "Porto"}""")), result.Output);
    }

    [Test]
    public async Task Regex_IsMatchedFromBeginningToEnd()
    {
        var result = await RunAsync("--regex", @"[A-Z][a-z]{2,5}, \d{3}\.", "--prompt", "What is Lamina?");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(JsonSerializer.Deserialize<string>(Lines(result).Single()), Does.Match(@"^[A-Z][a-z]{2,5}, \d{3}\.$"));
    }

    [Test]
    public async Task Grammar_OfAFile_IsKept()
    {
        var result = await RunAsync("--grammar", Example("colors.gbnf"), "--prompt", "Name three colors, as a numbered list.");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(JsonSerializer.Deserialize<string>(Lines(result).Single()), Does.Match(@"^1\. [A-Z][a-z]+\n2\. [A-Z][a-z]+\n3\. [A-Z][a-z]+$"));
    }

    [Test]
    public async Task Choice_HasProbabilitiesOfAll()
    {
        var result = await RunAsync("--choice", "I am too small to know that, Once upon a time", "--prompt", "Tell me a story about a fox.", "--instruction", "");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var answer = JsonElement.Parse(Lines(result).Single());
        var probabilities = answer.GetProperty("probabilities").EnumerateObject().ToDictionary(
            choice => choice.Name, choice => choice.Value.GetDouble(), StringComparer.Ordinal);
        Assert.That(answer.GetProperty("choice").GetString(), Is.EqualTo("Once upon a time"));
        Assert.That(probabilities.Keys, Is.EqualTo((string[])["I am too small to know that", "Once upon a time"]));
        Assert.That(probabilities.Values.Sum(), Is.EqualTo(1).Within(0.001));
        Assert.That(probabilities["Once upon a time"], Is.GreaterThan(0.5));
    }

    [Test]
    public async Task Input_FromAFileOrStandardInput_IsALineForEachText(CancellationToken cancellationToken)
    {
        var texts = $"{PersonText}\n\n   \nIn Oslo lives Tom, who is 9 years old.\r\n";
        var fromFile = await RunAsync("--schema", PersonSchema, "--input", Write("texts.txt", texts));
        var fromInput = await SampleProcess.RunAsync(
            "StructuredOutput", ["--schema", PersonSchema, "--input", "-"], texts, cancellationToken: cancellationToken);

        Assert.That(fromFile.ExitCode, Is.Zero, fromFile.Error);
        Assert.That(Lines(fromFile).Select(line => JsonElement.Parse(line).GetProperty("name").GetString()), Is.EqualTo((string[])["Lena", "Tom"]));
        Assert.That(fromInput.Output, Is.EqualTo(fromFile.Output));
    }

    [TestCase("ended before it was whole (Length)")]
    [TestCase("cut after 3 tokens", "--schema", "", "--prompt", PersonText)]
    [TestCase("cut after 3 tokens", "--regex", "(very ){9}good", "--prompt", "How is the weather?")]
    public async Task MaxTokens_CutsAnAnswer_NullAndWhy(string expected, params string[] arguments)
    {
        var result = await RunAsync([.. arguments.Select(argument => argument.Length > 0 ? argument : PersonSchema), "--max-tokens", "3"]);

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(Lines(result), Is.Not.Empty.And.All.EqualTo("null"));
        Assert.That(result.Error, Does.Contain("text 1: ").And.Contain(expected).And.Contain("answers: 0 of "));
    }

    [Test]
    public async Task Text_LongerThanTheContext_IsNullAndOthersGoOn()
    {
        var texts = $"{string.Join(' ', Enumerable.Repeat("long", 100))}\n{PersonText}\n";
        var result = await RunAsync("--schema", PersonSchema, "--input", Write("texts.txt", texts), "--context-size", "90");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(Lines(result), Has.Length.EqualTo(2));
        Assert.That(Lines(result)[0], Is.EqualTo("null"));
        Assert.That(Lines(result)[1], Does.Contain("Lena"));
        Assert.That(result.Error, Does.Contain("text 1: ").And.Contain("answers: 1 of 2"));
    }

    [TestCase("one form of answers, not --schema and --regex", "--schema", "x", "--regex", "x", "--prompt", "x")]
    [TestCase("There is no text for --regex", "--regex", "x")]
    [TestCase("not with both", "--prompt", "x", "--input", "x")]
    [TestCase("'--choice' was 'yes'", "--choice", "yes", "--prompt", "x")]
    [TestCase("'--choice' was 'yes,yes'", "--choice", "yes,yes", "--prompt", "x")]
    [TestCase("'--choice' was 'yes,,no'", "--choice", "yes,,no", "--prompt", "x")]
    [TestCase("'--regex' was '('", "--regex", "(", "--prompt", "x")]
    [TestCase("'--regex' was '(a)\\1'", "--regex", @"(a)\1", "--prompt", "x")]
    [TestCase("'--prompt' was given an empty text", "--prompt", "")]
    [TestCase("'--max-tokens' was '0'", "--max-tokens", "0")]
    [TestCase("'--frobnicate'", "--frobnicate")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments) =>
        (await RunAsync(["--model", "no-such-model.gguf", .. arguments])).AssertOneLine(2, expected);

    [TestCase("--schema", "Tom is nine.", "is an invalid")]
    [TestCase("--schema", """{"type": "person"}""", "'type'")]
    [TestCase("--schema", """{"allOf": [{"type": "string"}, {"type": "integer"}]}""", "schema")]
    [TestCase("--grammar", "root ::= word", "line 1")]
    [TestCase("--grammar", "", "grammar")]
    public async Task FormFile_Wrong_IsNamedWithTheReason(string option, string content, string expected)
    {
        var file = Write("form", content);

        var result = await RunAsync(option, file, "--prompt", "x", "--model", "no-such-model.gguf");

        result.AssertOneLine(2, $"'{option}' was '{file}'");
        Assert.That(result.Error, Does.Contain(expected));
    }

    [TestCase("nowhere.json", "--schema", "nowhere.json", "--prompt", "x")]
    [TestCase("nowhere.gbnf", "--grammar", "nowhere.gbnf", "--prompt", "x")]
    [TestCase("nowhere.txt", "--input", "nowhere.txt")]
    [TestCase("no-such-model.gguf")]
    public async Task File_Missing_IsOneLineAndExitCode1(string expected, params string[] arguments) =>
        (await RunAsync([.. arguments, "--model", "no-such-model.gguf"])).AssertOneLine(1, expected);

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no kill to send a Ctrl+C with.")]
    public async Task Interrupt_WhileItWaitsForAText_LeavesWholeLines(CancellationToken cancellationToken)
    {
        using var process = SampleProcess.Start("StructuredOutput", ["--schema", PersonSchema, "--input", "-"]);
        try
        {
            await process.StandardInput.WriteLineAsync(PersonText.AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync(cancellationToken);
            }

            var rest = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.That(process.ExitCode, Is.EqualTo(130));
            Assert.That(line, Does.Contain("Lena"));
            Assert.That(rest, Is.Empty);
        }
        finally
        {
            process.Kill();
        }
    }

    [Test]
    public async Task Terminal_ShowsTextsAndAnswersInColours(CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunOnTerminalAsync(
            "StructuredOutput", ["--schema", PersonSchema, "--prompt", PersonText], [], cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Output);
        Assert.That(result.Output, Does.Contain(PersonText + "\n"));
        Assert.That(result.Output, Does.Contain("\e[0;36m\"age\"\e[0;2m: \e[0;33m41\e[0;2m").And.Contain("\e[0;32m\"Lena\"\e[0;2m"));
        Assert.That(result.Output, Does.Contain("}\e[0m\n"), "what comes after has no colour of the answer");
    }

    [Test]
    public async Task Terminal_ShowsATextAsItIs(CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunOnTerminalAsync(
            "StructuredOutput", ["--regex", "[a-z]{3} 1, 2", "--prompt", "x"], [], cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Output);
        Assert.That(result.Output, Does.Match(@"\nx\n[a-z]{3} 1, 2\n"));
    }

    private static Task<SampleResult> RunAsync(params string[] arguments) => SampleProcess.RunAsync("StructuredOutput", arguments);

    /// <summary>The lines of the output, none of which has colours where it is no terminal.</summary>
    private static string[] Lines(SampleResult result)
    {
        Assert.That(result.Output, Does.Not.Contain("\e[").And.EndsWith("\n"));
        return result.Output.TrimEnd('\n').Split('\n');
    }

    private static string Example(string name) => Path.Combine(SampleProcess.Folder, "StructuredOutput", "examples", name);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
