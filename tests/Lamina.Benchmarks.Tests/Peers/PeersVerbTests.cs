using System.Xml.Linq;

namespace Lamina.Benchmarks.Tests.Peers;

/// <summary>The verbs <c>peers</c> and <c>curve</c>, used as a person uses them.</summary>
[CancelAfter(120_000)]
public sealed class PeersVerbTests
{
    /// <summary>A program that is none of the peers: the benchmarks themselves.</summary>
    private static readonly string NoPeer = Path.Combine(AppContext.BaseDirectory, "Lamina.Benchmarks.dll");

    [TestCase("peers", "--llama-server", "--llama-bench", "--llamasharp", "--streams", "--rounds", "--threads", "LAMINA_LLAMA_SERVER")]
    [TestCase("curve", "--llama-server", "--llama-bench", "--llamasharp", "--streams", "--output")]
    [TestCase("run", "--job", "--filter", "--exporters", "LAMINA_BENCHMARK_MODEL")]
    public async Task Help_Asked_NamesEveryOption(string verb, params string[] expected)
    {
        var (exitCode, output, _) = await RunAsync(verb, "--help");
        Assert.That(exitCode, Is.Zero);
        foreach (var name in expected)
        {
            Assert.That(output, Does.Contain(name));
        }
    }

    [TestCase("no model 'nope.gguf'", "peers", "--model", "nope.gguf")]
    [TestCase("'many' is not a number of streams", "peers", "--model", "nope.gguf", "--streams", "1,many")]
    [TestCase("'0' is not a number of streams", "curve", "--model", "nope.gguf", "--streams", "0")]
    [TestCase("--rounds must be at least 1", "peers", "--model", "nope.gguf", "--rounds", "0")]
    [TestCase("--threads must be at least 1", "peers", "--model", "nope.gguf", "--threads", "-2")]
    [TestCase("'--model' is required", "curve")]
    [TestCase("'long' not recognized", "run", "--job", "long")]
    public async Task Usage_Wrong_IsRefusedWithWhatWouldBeRight(string expected, params string[] arguments)
    {
        var (exitCode, _, error) = await RunAsync(arguments);
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(error, Does.Contain(expected));
    }

    [Test]
    public async Task Peers_TheTinyModel_IsATableOfThoseThatAreHere(CancellationToken cancellationToken)
    {
        var (exitCode, output, error) = await BenchmarksProcess.RunAsync(
            cancellationToken, "peers", "--model", TinyModel.Path, "--threads", "1", "--streams", "1,2", "--rounds", "1", "--llama-bench", "nowhere");
        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output, Does.Contain("| prefill of 512 tokens").And.Contain("| first token after 64 tokens").And.Contain("| decode, 2 streams"));
        Assert.That(output, Does.Contain("llama-bench is absent: there is no file 'nowhere', which --llama-bench names."));
        Assert.That(output, Does.Contain("llama-server is absent: neither --llama-server nor LAMINA_LLAMA_SERVER names it"));
        if (output.Contains("LLamaSharp is absent", StringComparison.Ordinal))
        {
            Assert.Ignore($"LLamaSharp's libraries do not run here: {output[output.IndexOf("LLamaSharp is absent", StringComparison.Ordinal)..]}");
        }
    }

    [Test]
    public async Task Curve_PeersThatFail_IsAPictureOfTheOthersAndSaysWhy(CancellationToken cancellationToken)
    {
        var picture = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var (exitCode, output, error) = await BenchmarksProcess.RunAsync(
                cancellationToken, "curve", "--model", TinyModel.Path, "--threads", "1", "--streams", "2,1", "--rounds", "1",
                "--llama-bench", NoPeer, "--llama-server", NoPeer, "--llamasharp", NoPeer, "--output", picture);
            Assert.That(exitCode, Is.Zero, error);
            Assert.That(output, Does.Contain("| decode, 1 stream").And.Contain("| decode, 2 streams"));
            Assert.That(output, Does.Contain("llama-bench is absent: it ended with exit code 1; its last lines: "));
            Assert.That(output, Does.Contain("llama-server is absent: it ended before it was ready").And.Contain("LLamaSharp is absent: "));
            Assert.That(XDocument.Load(picture).ToString(), Does.Contain("bare loop").And.Not.Contain("llama-server"));
        }
        finally
        {
            File.Delete(picture);
        }
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BenchmarksProcess.RunAsync(CancellationToken.None, arguments);
}
