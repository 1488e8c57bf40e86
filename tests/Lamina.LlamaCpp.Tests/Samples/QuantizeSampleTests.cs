using System.Globalization;
using System.Xml.Linq;
using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.Quantization.Quality;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Quantize, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class QuantizeSampleTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-quantize").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase("quantize", "imatrix", "report", "Int4Fast")]
    [TestCase("--profile", "--imatrix", "--allow-requantize", "--dry-run", "--threads", "quantize")]
    [TestCase("--output", "--context-size", "--chunks", "--include-output", "imatrix")]
    [TestCase("--profile", "--imatrix", "--check", "--speed-rounds", "--chunks", "--output", "report")]
    public async Task Help_Asked_NamesEveryOption(params string[] named)
    {
        var result = await RunAsync([.. named is [.., "Int4Fast"] ? Array.Empty<string>() : [named[^1]], "--help"]);
        Assert.That(result.ExitCode, Is.Zero);
        Assert.Multiple(() => Array.ForEach(named, name => Assert.That(result.Output, Does.Contain(name))));
    }

    [TestCase("Required command was not provided")]
    [TestCase("there are BFloat16", "quantize", "tiny", "--profile", "Int3")]
    [TestCase("one file is of one profile", "quantize", "tiny", "--profile", "Int4", "--profile", "Int8")]
    [TestCase("Required argument", "imatrix", "tiny")]
    [TestCase("vibes", "report", "tiny", "text", "--check", "vibes")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments) =>
        (await RunAsync(arguments)).AssertOneLine(2, expected);

    [TestCase("no-such.gguf", "quantize", "no-such.gguf")]
    [TestCase("importance matrix", "quantize", "tiny", "--profile", "Bits2")]
    [TestCase("tokens", "imatrix", "tiny", "short.txt")]
    [TestCase("tokens", "report", "tiny", "short.txt", "--profile", "Int8", "--speed-rounds", "0")]
    public async Task Input_Wrong_IsOneLine(string expected, params string[] arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "short.txt"), "Once upon a time.");
        (await RunAsync([.. arguments.Select(argument => argument is "short.txt" ? Path.Combine(_folder, argument) : argument)])).AssertOneLine(1, expected);
    }

    [Test]
    public async Task Quantize_TheTinyModel_WritesTheFileAndSaysItsName()
    {
        var target = Path.Combine(_folder, "small.gguf");
        var result = await RunAsync(["quantize", "tiny", target, "--profile", "int8"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output.Trim(), Is.EqualTo(target));
        Assert.That(result.Error, Does.Contain("8.51 bits a weight"));
        Assert.That(GgufFile.Read(target).FileType, Is.EqualTo(GgufFileType.Q8_0));
    }

    [Test]
    public async Task Quantize_DryRun_SaysWhatEveryProfileGives()
    {
        var result = await RunAsync(["quantize", "tiny", "--dry-run"]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        foreach (var profile in QuantizationProfile.All)
        {
            var size = QuantizationPlan.Create(TinyModel.Path, profile).SizeBytes / 1e6;
            Assert.That(result.Output, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"| {profile.Name} | {size:F1} |")));
        }
    }

    [Test]
    public async Task Importance_OfStories_LetsTheFewestBitsBe(CancellationToken cancellationToken)
    {
        var (text, matrix, target) = (WriteStories(), Path.Combine(_folder, "m.gguf"), Path.Combine(_folder, "small.gguf"));
        var computed = await RunAsync(["imatrix", "tiny", text, "--output", matrix, "--context-size", "128"], cancellationToken);
        Assert.That(computed.ExitCode, Is.Zero, computed.Error);
        Assert.That(ImportanceMatrix.Load(matrix).Datasets, Is.EqualTo(new[] { "stories.txt" }));
        var result = await RunAsync(["quantize", "tiny", target, "--profile", "Bits2", "--imatrix", matrix], cancellationToken);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(GgufFile.Read(target, cancellationToken).FileType, Is.EqualTo(GgufFileType.IQ2_M));
    }

    [Test]
    public async Task Report_OfTwoProfiles_IsATableAndThreeFiles(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_folder, "report");
        var result = await RunAsync(
            ["report", "tiny", WriteStories(), "-p", "Int8", "-p", "Int4Fast", "--chunks", "1", "--speed-rounds", "0", "--check", "refusals", "-o", folder],
            cancellationToken);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("| source |").And.Contain("| Int8 |").And.Contain("| Int4Fast |"));
        var report = QualityReport.FromJson(await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), cancellationToken));
        var divergence = report.Models.Skip(1).Select(static model => model.Divergence!.Mean.Value).ToArray();
        Assert.That(divergence[0], Is.LessThan(divergence[1]));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "report.md"), cancellationToken), Is.EqualTo(result.Output));
        Assert.That(() => XDocument.Load(Path.Combine(folder, "report.svg")), Throws.Nothing);
    }

    [Test]
    public async Task Quantize_Killed_LeavesNoFileOfTheName([Range(1, 6)] int seed)
    {
        var source = TestModels.Require(TestEngines.SmolName);
        var target = Path.Combine(_folder, "target.gguf");
        using (var process = SampleProcess.Start("Quantize", ["quantize", source, target, "-p", "Int4", "--allow-requantize", "--threads", "1"]))
        {
            // The file under another name comes with the beginning of the work.
            while (!process.HasExited && Directory.GetFiles(_folder).Length == 0)
            {
                await Task.Delay(1);
            }

            await Task.Delay(new Random(seed).Next(0, 300));
            process.Kill();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Not.Zero, "it was still at work");
        }

        Assert.That(File.Exists(target), Is.False);
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    private static Task<SampleResult> RunAsync(string[] arguments, CancellationToken cancellationToken = default) =>
        SampleProcess.RunAsync("Quantize", arguments, cancellationToken: cancellationToken);

    /// <summary>Some hundred tokens of what the tiny model knows.</summary>
    private string WriteStories()
    {
        var path = Path.Combine(_folder, "stories.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 40).Select(static i =>
            $"Once upon a time there was a {(i % 2 == 0 ? "cat" : "dog")} who lived in a house with {i + 2} windows. One day it went to the forest and found a ball. ")));
        return path;
    }
}
