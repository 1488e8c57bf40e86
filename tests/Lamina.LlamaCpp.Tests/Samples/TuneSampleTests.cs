using System.Xml.Linq;
using Microsoft.Extensions.Configuration;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Tune, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class TuneSampleTests
{
    private string _folder = "";

    private string Output => Path.Combine(_folder, "tuned.json");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tune").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Help_Asked_NamesEveryOption()
    {
        var result = await RunAsync("--help");
        Assert.That(result.ExitCode, Is.Zero);
        foreach (var name in (string[])
            ["--model", "--load", "--allow", "--allow-requantize", "--cache-folder", "--budget", "--start", "--rounds", "--streams", "--prompt-tokens", "--text-tokens", "--threads", "--roofline", "--output"])
        {
            Assert.That(result.Output, Does.Contain(name));
        }
    }

    [TestCase("everything", "--load", "everything")]
    [TestCase("must be kv-types, or weights=", "--allow", "speed")]
    [TestCase("there are BFloat16", "--allow", "weights=Int3")]
    [TestCase("from 3 to 1000", "--rounds", "2")]
    [TestCase("Option '--budget' was '0'", "--budget", "0")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments) =>
        (await RunAsync(arguments)).AssertOneLine(2, expected);

    [Test]
    public async Task Model_Missing_IsOneLine() => (await RunAsync("--model", "no-such.gguf")).AssertOneLine(1, "no-such.gguf");

    [Test]
    public async Task Tune_TheTinyModel_WritesOptionsThatConfigurationReads(CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            ["--threads", "1", "--load", "many", "--streams", "4", "--allow", "kv-types", "--budget", "0.01", "--rounds", "3", "--text-tokens", "16", "--output", Output],
            cancellationToken);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.StartWith("| setting | decode × 4 | ratio |").And.Contain("| baseline |"));
        Assert.That(result.Error, Does.Contain("the defaults").And.Contain(Output));
        var read = EngineConfiguration.Read(new ConfigurationBuilder().AddJsonFile(Output).Build().GetSection("Lamina"));
        Assert.That(read.Faults(), Is.Empty);
        Assert.That(read.Engine.MaxSequences, Is.EqualTo(4));
        Assert.That(() => XDocument.Load(Path.ChangeExtension(Output, ".svg")), Throws.Nothing);
    }

    [Test]
    public async Task Roofline_OfTheTinyModel_IsATableAndAPicture(CancellationToken cancellationToken)
    {
        var picture = Path.Combine(_folder, "roofline.svg");
        var result = await RunAsync(["--roofline", "--threads", "1", "--streams", "4", "--prompt-tokens", "64", "--text-tokens", "16", "-o", picture], cancellationToken);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.StartWith("| load | MB read |").And.Contain("| decode × 4 |").And.Contain("| prefill 64 |").And.Contain("GB/s"));
        Assert.That(() => XDocument.Load(picture), Throws.Nothing);
    }

    private static Task<SampleResult> RunAsync(params string[] arguments) => RunAsync(arguments, CancellationToken.None);

    private static Task<SampleResult> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        SampleProcess.RunAsync("Tune", arguments, cancellationToken: cancellationToken);
}
