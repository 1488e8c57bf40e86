using System.Diagnostics;
using System.Text.Json;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Batch, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class BatchSampleTests
{
    private const string RealModel = "SmolLM2-135M-Instruct.Q4_1.gguf";
    private const string NoModel = "no-such-model.gguf";

    private string _folder = "";

    private string Input => Path.Combine(_folder, "prompts.jsonl");

    private string Output => Path.Combine(_folder, "answers.jsonl");

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-batch").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Help_Asked_NamesEveryOption(CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunAsync("Batch", ["--help"], cancellationToken: cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Error, Is.Empty);
            foreach (var option in (string[])["--model", "--input", "--output", "--restart", "--chat", "--parallel",
                "--max-tokens", "--temperature", "--top-k", "--top-p", "--min-p", "--seed", "--stop", "--context",
                "--threads", "--help"])
            {
                Assert.That(result.Output, Does.Contain(option));
            }
        });
    }

    [TestCase("Option '--input' is required.", "--output", "-")]
    [TestCase("'--parallel' was '257'", "--input", "x", "--output", "-", "--parallel", "257")]
    [TestCase("'--max-tokens' was '0'", "--input", "x", "--output", "-", "--max-tokens", "0")]
    [TestCase("'--input' was '-'; it must be a file", "--input", "-", "--output", "x")]
    [TestCase("name the same file", "--input", "x", "--output", "./x")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments)
    {
        var result = await SampleProcess.RunAsync("Batch", ["--model", NoModel, .. arguments]);

        result.AssertOneLine(2, expected);
    }

    [TestCase("{\"prompt\": \"x\"", "is no valid JSON")]
    [TestCase("[\"x\"]", "is no JSON object")]
    [TestCase("{\"id\": 3}", "has no \"prompt\"")]
    [TestCase("{\"prompt\": \"x\", \"max_tokens\": 3}", "unknown property 'max_tokens'")]
    [TestCase("{\"prompt\": \"x\", \"priority\": 1}", "unknown property 'priority'")]
    [TestCase("{\"prompt\": \"x\", \"maxTokens\": 0}", "wrong 'maxTokens': it was 0")]
    [TestCase("{\"prompt\": \"x\", \"temperature\": 1e99}", "wrong 'temperature': it was 1e99")]
    [TestCase("{\"prompt\": \"x\", \"stop\": [\"\"]}", "wrong 'stop'")]
    [TestCase("{\"prompt\": \"\\ud800\"}", "surrogate")]
    public async Task Input_Wrong_IsNamedByItsLineBeforeTheModelIsLoaded(string line, string expected)
    {
        WriteInput("{\"prompt\": \"x\"}", "  ", line, "{\"prompt\": \"x\"}");

        var result = await RunAsync(NoModel);

        result.AssertOneLine(1, "Line 3 of ");
        Assert.That(result.Error, Does.Contain(expected).And.Contain(Input).And.Not.Contain(NoModel));
    }

    [Test]
    public async Task Prompts_WithoutAModel_AreAnsweredByTheTinyOne(CancellationToken cancellationToken)
    {
        WriteInput("{\"prompt\": \"What is 472 + 365?\", \"temperature\": 0}");

        var result = await SampleProcess.RunAsync(
            "Batch", ["--input", Input, "--output", "-", "--chat", "--parallel", "1"], cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("#### 837"));
    }

    [Test]
    public async Task Example_OfTheReadme_IsAnsweredByTheTinyModel(CancellationToken cancellationToken)
    {
        var example = Path.Combine(SampleProcess.Folder, "Batch", "examples", "prompts.jsonl");

        var result = await SampleProcess.RunAsync(
            "Batch", ["--chat", "--input", example, "--output", "-", "--threads", "1"], cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(
            result.Output.TrimEnd().Split('\n').Select(line => Parse(line).GetProperty("text").GetString()),
            Is.EqualTo((string[])
            [
                "2+5=7\n7+6=13\n4+3+1=8\n#### 837",
                "Lamina is a library that runs language models inside a .NET process.",
                "Once upon a time there was a clever fox named Milo. Every morning he ate",
            ]));
    }

    [Test]
    public async Task Prompts_Various_AreAnsweredInTheirOrder(CancellationToken cancellationToken)
    {
        WriteInput(
            "\uFEFF{\"prompt\": \"Once upon a time\", \"id\": \"1\\u002F2\", \"maxTokens\": 24}\r",
            "{\"prompt\": \"The capital of France is\", \"id\": 1.50, \"temperature\": 0, \"stop\": [\".\", \",\"]}",
            "",
            "{\"prompt\": \"Water is\", \"seed\": 4294967295}",
            "{\"prompt\": \"Winter is\", \"id\": null, \"maxTokens\": 1}");

        var result = await RunAsync(
            TestModels.Require(RealModel),
            ["--parallel", "2", "--max-tokens", "6", "--context", "64"],
            cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var lines = File.ReadAllText(Output).Split('\n');
        var answers = lines[..^1].Select(Parse).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(lines[^1], Is.Empty);
            Assert.That(answers.Select(answer => answer.GetProperty("line").GetInt32()), Is.EqualTo([1, 2, 4, 5]));
            Assert.That(lines[0], Does.Contain("\"id\":\"1\\u002F2\","));
            Assert.That(lines[1], Does.Contain("\"id\":1.50,"));
            Assert.That(answers[2].TryGetProperty("id", out _), Is.False);
            Assert.That(answers[3].TryGetProperty("id", out _), Is.False);
            Assert.That(answers[0].GetProperty("generatedTokens").GetInt32(), Is.GreaterThan(6));
            Assert.That(answers[1].GetProperty("text").GetString(), Is.EqualTo(" Paris"));
            Assert.That(answers[1].GetProperty("finishReason").GetString(), Is.EqualTo("stopSequence"));
            Assert.That(answers[1].GetProperty("promptTokens").GetInt32(), Is.EqualTo(5));
            Assert.That(answers[2].GetProperty("generatedTokens").GetInt32(), Is.InRange(1, 6));
            Assert.That(answers[3].GetProperty("generatedTokens").GetInt32(), Is.EqualTo(1));
            Assert.That(answers.Select(answer => answer.GetProperty("seconds").GetDouble()), Has.All.Positive);
            Assert.That(
                answers.Select(answer => answer.GetProperty("input").GetString()),
                Is.Unique.And.All.Match("^[0-9a-f]{16}$"));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Error, Does.Contain("answers: 4 of 4").And.Contain("tokens/s"));
        });
    }

    [Test]
    public async Task Chat_Asked_GivesThePromptAsAUsersTurn(CancellationToken cancellationToken)
    {
        WriteInput(
            "{\"prompt\": \"What is the capital city of France? Answer in one word.\"}",
            "{\"prompt\": \"What is the capital city of France? Answer in one word.<|im_end|>\"}");

        var result = await RunAsync(
            TestModels.Require(RealModel),
            ["--chat", "--temperature", "0", "--max-tokens", "12", "--context", "128"],
            output: "-",
            cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var answers = result.Output.TrimEnd().Split('\n').Select(Parse).ToArray();
        Assert.That(answers, Has.Length.EqualTo(2));
        var tokens = answers.Select(answer => answer.GetProperty("promptTokens").GetInt32()).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(answers[0].GetProperty("text").GetString(), Does.Contain("Paris"));
            Assert.That(tokens[0], Is.GreaterThan(13 + 20), "the turn's own tokens, and what the model's template says before it");
            Assert.That(tokens[1], Is.GreaterThan(tokens[0] + 1), "a control token that was typed stays text");
        });
    }

    [Test]
    public async Task Prompt_LongerThanTheContext_FailsAloneAndStaysSo(CancellationToken cancellationToken)
    {
        WriteInput(
            "{\"prompt\": \"a\", \"id\": 1}",
            $"{{\"prompt\": \"{new string('a', 100)}\", \"id\": 2}}",
            "{\"prompt\": \"a\", \"id\": 3}");
        string[] options = ["--context", "50", "--max-tokens", "2"];

        var first = await RunAsync(TestEngines.TinyPath, options, cancellationToken: cancellationToken);
        var text = File.ReadAllText(Output);
        var again = await RunAsync(NoModel, options, cancellationToken: cancellationToken);

        var answers = Answers();
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.EqualTo(1));
            Assert.That(first.Error, Does.Contain("answers: 3 of 3, 1 failed"));
            Assert.That(answers.Select(answer => answer.GetProperty("id").GetInt32()), Is.EqualTo([1, 2, 3]));
            Assert.That(answers[0].TryGetProperty("text", out _));
            Assert.That(answers[1].TryGetProperty("text", out _), Is.False);
            Assert.That(answers[2].TryGetProperty("text", out _));
            Assert.That(answers[1].GetProperty("error").GetString(), Does.Contain("--context-size"));
            Assert.That(again.ExitCode, Is.EqualTo(1));
            Assert.That(again.Error, Does.Contain("answers: 3 of 3, 1 failed, 3 from an earlier run"));
            Assert.That(File.ReadAllText(Output), Is.EqualTo(text));
        });
    }

    [Test]
    public async Task Killed_ThenRunAgain_AnswersEveryLineOnce(CancellationToken cancellationToken)
    {
        const int count = 40;
        var ids = Enumerable.Range(1, count);
        WriteInput([.. ids.Select(id => $"{{\"prompt\": \"Number {id} is\", \"id\": {id}}}")]);
        var model = TestModels.Require(RealModel);
        string[] options = ["--parallel", "4", "--max-tokens", "4", "--context", "32"];
        using (var process = await StartAsync(model, options, cancellationToken))
        {
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
        }

        var before = File.ReadAllText(Output);
        var result = await RunAsync(model, options, cancellationToken: cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(before.Count(letter => letter == '\n'), Is.InRange(1, count - 1), "the kill came in time");
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Error, Does.Contain("from an earlier run"));
            Assert.That(File.ReadAllText(Output), Does.StartWith(before[..(before.LastIndexOf('\n') + 1)]));
            Assert.That(Answers().Select(answer => answer.GetProperty("id").GetInt32()), Is.EqualTo(ids));
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no kill to send a signal with.")]
    public async Task Terminated_WhileAnswering_LeavesWholeLines(CancellationToken cancellationToken)
    {
        WriteInput([.. Enumerable.Repeat("{\"prompt\": \"Once upon a time\"}", 5000)]);
        using var process = await StartAsync(
            TestModels.Require(RealModel),
            ["--parallel", "4", "--max-tokens", "4", "--context", "32"],
            cancellationToken);
        try
        {
            var second = await RunAsync(NoModel, cancellationToken: cancellationToken);
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])!)
            {
                await kill.WaitForExitAsync(cancellationToken);
            }

            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);

            second.AssertOneLine(1, "Another process writes");
            Assert.Multiple(() =>
            {
                Assert.That(process.ExitCode, Is.EqualTo(143));
                Assert.That(error, Does.Contain("ended: stopped").And.Not.Contain("   at "));
                Assert.That(File.ReadAllText(Output), Does.EndWith("}\n"));
                Assert.That(Answers(), Has.Length.InRange(1, 4999));
            });
        }
        finally
        {
            process.Kill();
        }
    }

    [TestCase("}\n", "}")]
    [TestCase(",\"text\":", "")]
    [TestCase("\"line\":3", "\"li")]
    [TestCase("}\n", ",\n")]
    public async Task LastLine_CutShort_IsAnsweredAnew(string last, string instead)
    {
        WriteInput([.. Enumerable.Repeat("{\"prompt\": \"a\"}", 3)]);
        string[] options = ["--max-tokens", "3", "--seed", "1"];
        await RunAsync(TestEngines.TinyPath, options);
        var text = File.ReadAllText(Output);
        var whole = text[..(text.TrimEnd().LastIndexOf('\n') + 1)];
        File.WriteAllText(Output, text[..text.LastIndexOf(last, StringComparison.Ordinal)] + instead);

        var result = await RunAsync(TestEngines.TinyPath, options);

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Error, Does.Contain("answers: 3 of 3, 2 from an earlier run"));
            Assert.That(File.ReadAllText(Output), Does.StartWith(whole));
            Assert.That(Answers().Select(answer => answer.GetProperty("line").GetInt32()), Is.EqualTo([1, 2, 3]));
        });
    }

    [TestCase("{\"prompt\": \"a\", \"id\": 9}", 2, Description = "another id")]
    [TestCase("{\"prompt\": \"ab\", \"id\": 2}", 2, Description = "another prompt")]
    [TestCase("\n{\"prompt\": \"a\", \"id\": 2}", 2, Description = "another number")]
    [TestCase("", 2, Description = "no such line")]
    public async Task Output_OfAnotherInput_IsRefusedAndKeptUntilRestart(string second, int expectedLine)
    {
        WriteInput("{\"prompt\": \"a\", \"id\": 1}", "{\"prompt\": \"a\", \"id\": 2}");
        await RunAsync(TestEngines.TinyPath, ["--max-tokens", "2"]);
        var text = File.ReadAllText(Output);
        WriteInput("{\"prompt\": \"a\", \"id\": 1}", second);

        var refused = await RunAsync(NoModel);
        var unloaded = await RunAsync(NoModel, ["--restart"]);
        var kept = File.ReadAllText(Output);
        var restarted = await RunAsync(TestEngines.TinyPath, ["--restart", "--max-tokens", "1"]);

        refused.AssertOneLine(1, $"Line {expectedLine} of ");
        unloaded.AssertOneLine(1, NoModel);
        Assert.Multiple(() =>
        {
            Assert.That(refused.Error, Does.Contain("another input").And.Contain("--restart"));
            Assert.That(kept, Is.EqualTo(text));
            Assert.That(restarted.ExitCode, Is.Zero, restarted.Error);
            Assert.That(Answers(), Has.Length.EqualTo(second.Length > 0 ? 2 : 1));
            Assert.That(
                Answers().Select(answer => answer.GetProperty("generatedTokens").GetInt32()), Has.All.EqualTo(1));
        });
    }

    [Test]
    public async Task Output_OfSomethingElse_IsRefusedAndKept()
    {
        WriteInput("{\"prompt\": \"a\"}");
        File.WriteAllText(Output, "milk, bread"); // no newline, like a line that was cut short

        var result = await RunAsync(TestEngines.TinyPath);

        result.AssertOneLine(1, "Line 1 of ");
        Assert.That(File.ReadAllText(Output), Is.EqualTo("milk, bread"));
    }

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private void WriteInput(params string[] lines) => File.WriteAllText(Input, string.Join('\n', lines));

    private JsonElement[] Answers() => [.. File.ReadLines(Output).Select(Parse)];

    private string[] Arguments(string model, string[] options, string? output = null) =>
        ["--model", model, "--input", Input, "--output", output ?? Output, "--threads", "1", .. options];

    private Task<SampleResult> RunAsync(
        string model, string[]? options = null, string? output = null, CancellationToken cancellationToken = default) =>
        SampleProcess.RunAsync("Batch", Arguments(model, options ?? [], output), cancellationToken: cancellationToken);

    /// <summary>Starts a run and waits for its first line.</summary>
    private async Task<Process> StartAsync(string model, string[] options, CancellationToken cancellationToken)
    {
        var process = SampleProcess.Start("Batch", Arguments(model, options));
        while (!process.HasExited && (!File.Exists(Output) || new FileInfo(Output).Length == 0))
        {
            await Task.Delay(5, cancellationToken);
        }

        return process;
    }
}
