namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/EvaluateTinyModel, used as a person uses it.</summary>
[CancelAfter(120_000)]
public sealed class EvaluateTinyModelSampleTests
{
    [Test]
    public async Task OneTask_Asked_IsARowOfATable(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            ["--task", "add-3", "--task", "copy-16", "--questions", "8", "--sampled-questions", "2", "--samples", "2"], cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Match(
                @"^\| task .*\n\|--.*\n\| `add-3` \| .* \| \d+ % \| \d+ % \| \d+ % \| \d+ % \| \d+ % \|\n\| `copy-16` \| [^\n]*\n$"));
            Assert.That(result.Error, Does.Contain("2 of 2: copy-16"));
        }
    }

    [Test]
    public async Task Help_Asked_NamesEveryOption(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["--help"], cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero);
            foreach (var option in (string[])["--model", "--task", "--questions", "--sampled-questions", "--samples", "--temperature",
                "--seed", "--threads", "--help"])
            {
                Assert.That(result.Output, Does.Contain(option));
            }
        }
    }

    [TestCase("there are add-3", "--task", "add-9")]
    [TestCase("'--questions' was '0'", "--questions", "0")]
    [TestCase("'--frobnicate'", "--frobnicate")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments)
    {
        var result = await RunAsync(arguments, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
            Assert.That(result.Error.TrimEnd(), Does.StartWith("error: ").And.Contain(expected).And.Not.Contain("\n"));
        }
    }

    private static Task<SampleResult> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        SampleProcess.RunAsync("EvaluateTinyModel", arguments, cancellationToken: cancellationToken);
}
