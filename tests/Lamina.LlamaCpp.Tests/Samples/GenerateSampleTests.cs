using System.Diagnostics;
using System.Text.Json;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Generate, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class GenerateSampleTests
{
    private const string RealModel = "SmolLM2-135M-Instruct.Q4_1.gguf";

    [Test]
    public async Task Help_Asked_NamesEveryOption(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["--help"], cancellationToken: cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Error, Is.Empty);
            foreach (var option in (string[])["--model", "--prompt", "--max-tokens", "--temperature", "--top-k",
                "--top-p", "--min-p", "--seed", "--stop", "--context-size", "--threads", "--chat", "--system", "--json", "--help"])
            {
                Assert.That(result.Output, Does.Contain(option));
            }
        });
    }

    [TestCase("'--max-tokens' was 'many'", "--model", "x.gguf", "--prompt", "x", "--max-tokens", "many")]
    [TestCase("'--temperature' was 'NaN'", "--model", "x.gguf", "--prompt", "x", "--temperature", "NaN")]
    [TestCase("'--top-p' was '1.5'", "--model", "x.gguf", "--prompt", "x", "--top-p", "1.5")]
    [TestCase("'--stop' was given an empty text", "--model", "x.gguf", "--prompt", "x", "--stop", "")]
    [TestCase("'--frobnicate'", "--model", "x.gguf", "--prompt", "x", "--frobnicate")]
    [TestCase("There is no prompt", "--model", "x.gguf")]
    [TestCase("The prompt is empty.", "--prompt", "")]
    [TestCase("--system is for a chat", "--prompt", "x", "--system", "Be brief.")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments)
    {
        var result = await RunAsync(arguments);

        result.AssertOneLine(2, expected);
    }

    [Test]
    public async Task Model_Missing_IsOneLineAndExitCode1(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            ["--model", "no-such-model.gguf", "--prompt", "x"], cancellationToken: cancellationToken);

        result.AssertOneLine(1, "no-such-model.gguf");
    }

    [Test]
    public async Task Model_OfTextInsteadOfGguf_IsOneLineAndExitCode1(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            ["--model", typeof(GenerateSampleTests).Assembly.Location, "--prompt", "x"],
            cancellationToken: cancellationToken);

        result.AssertOneLine(1, "GGUF");
    }

    [Test]
    public async Task Prompt_LongerThanTheContext_IsOneLineThatNamesTheOption()
    {
        var result = await RunAsync(["--prompt", "Once upon a time there was a fox and a bear", "--context-size", "5"]);

        result.AssertOneLine(1, "a larger --context-size");
    }

    [Test]
    public async Task NoArguments_TellAStory(CancellationToken cancellationToken)
    {
        var result = await RunAsync([], cancellationToken: cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Match(@"(?s)^Once upon a time,? .{100,}[.!?""]$"));
            Assert.That(result.Error, Does.Contain("Lamina Tiny").And.Contain("the model was done"));
        }
    }

    [TestCase("#### 42", "--prompt", "Add 12 and 30.")]
    [TestCase("#### 42", "--prompt", "Add 12 and 30.", "--system", "Be brief.")]
    [TestCase("Lamina is")]
    public async Task Chat_AQuestion_IsAnswered(string expected, params string[] arguments)
    {
        var result = await RunAsync(["--chat", "--temperature", "0", .. arguments]);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain(expected));
    }

    [Test]
    public async Task Prompt_WithoutAModel_IsContinuedByTheTinyOne(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            ["--prompt", "Question: What is 472 + 365?\nAnswer:\n", "--temperature", "0", "--stop", "\n\n", "--stop", "Question"],
            cancellationToken: cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain("#### 837"));
        }
    }

    [Test]
    public async Task Prompt_FromStandardInput_ContinuesAsFromTheOption(CancellationToken cancellationToken)
    {
        string[] greedy = ["--model", TestModels.Require(RealModel), "--max-tokens", "8", "--temperature", "0"];

        var fromOption = await RunAsync(
            [.. greedy, "--prompt", "The capital of France is"], cancellationToken: cancellationToken);
        var fromInput = await RunAsync(greedy, "The capital of France is\n", cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(fromOption.ExitCode, Is.Zero, fromOption.Error);
            Assert.That(fromOption.Output, Does.StartWith(" Paris"));
            Assert.That(fromOption.Error, Does.Contain("5 tokens").And.Contain("tokens/s"));
            Assert.That(fromInput.Output, Is.EqualTo(fromOption.Output));
        });
    }

    [Test]
    public async Task Json_Asked_PrintsOneObject(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            ["--model", TestModels.Require(RealModel), "--prompt", "The capital of France is", "--temperature", "0",
                "--stop", ".", "--seed", "7", "--json"],
            cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("text").GetString(), Is.EqualTo(" Paris"));
            Assert.That(json.GetProperty("finishReason").GetString(), Is.EqualTo("stopSequence"));
            Assert.That(json.GetProperty("promptTokens").GetInt32(), Is.EqualTo(5));
            Assert.That(json.GetProperty("generatedTokens").GetInt32(), Is.EqualTo(json.GetProperty("tokens").GetArrayLength()));
            Assert.That(json.GetProperty("totalSeconds").GetDouble(), Is.Positive);
            Assert.That(json.GetProperty("seed").GetUInt32(), Is.EqualTo(7));
            Assert.That(json.GetProperty("model").GetProperty("fileType").GetString(), Is.EqualTo("Q4_1"));
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no kill to send a Ctrl+C with.")]
    public async Task Interrupt_WhileGenerating_KeepsTextAndTimings(CancellationToken cancellationToken)
    {
        // The story of this seed is long enough to be interrupted.
        using var process = SampleProcess.Start(
            "Generate",
            ["--model", TestModels.Require(RealModel), "--prompt", "Once upon a time", "--max-tokens", "4000", "--seed", "3"]);
        try
        {
            var first = new char[1];
            await process.StandardOutput.ReadBlockAsync(first, cancellationToken);
            using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])!)
            {
                await kill.WaitForExitAsync(cancellationToken);
            }

            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);

            Assert.Multiple(() =>
            {
                Assert.That(process.ExitCode, Is.EqualTo(130));
                Assert.That(error, Does.Contain("ended: cancelled").And.Not.Contain("   at "));
            });
        }
        finally
        {
            process.Kill();
        }
    }

    private static Task<SampleResult> RunAsync(
        string[] arguments, string? input = null, CancellationToken cancellationToken = default) =>
        SampleProcess.RunAsync("Generate", arguments, input, cancellationToken: cancellationToken);
}
