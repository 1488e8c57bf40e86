using System.Text.Json;
using System.Xml.Linq;
using Lamina.Quantization.Quality;

namespace Lamina.Tests.Quantization.Quality;

/// <summary>A report as a table, as JSON and as a picture.</summary>
internal sealed class QualityReportTests
{
    private const string Odd = "Q4 <small> & \"odd\" | \u0001";

    private static readonly QualityReport Report = new()
    {
        Runtime = "fake 1.0",
        ContextSize = 512,
        ScoredTokens = 1000,
        PromptTokens = 256,
        Streams = 8,
        Models =
        [
            new()
            {
                Label = "F16",
                FileType = "F16",
                SizeBytes = 2_000_000,
                ParameterCount = 1_000_000,
                Perplexity = new(12.3456, 0.25),
                Speed = new() { LoadTime = TimeSpan.FromSeconds(1.5), Prefill = 1234.4, Decode = 50.26, BatchedDecode = 100.125 },
                Checks = [new("add-3", 20, 15, null)],
            },
            new()
            {
                Label = Odd,
                FileType = "Q4_0",
                SizeBytes = 562_500,
                ParameterCount = 1_000_000,
                Perplexity = new(13, 0.26),
                Divergence = new()
                {
                    Mean = new(0.0123456, 0.0005),
                    Percentile99 = 0.25,
                    Maximum = 1.5,
                    TopAgreement = 0.925,
                    PerplexityRatio = new(1.053, 0.002),
                    ProbabilityChange = new(-0.0125, 0.001),
                },
                Speed = new() { LoadTime = TimeSpan.FromSeconds(0.5), Prefill = 2000, Decode = 75, BatchedDecode = 300 },
                Checks = [new("add-3", 20, 14, 3)],
                SkippedChecks = ["refusals: no template"],
            },
        ],
    };

    [Test]
    public void ToJson_ReadBack_IsTheSame()
    {
        var copy = QualityReport.FromJson(Report.ToJson());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(copy.ToJson(), Is.EqualTo(Report.ToJson()));
            Assert.That(copy.Models[1].Divergence, Is.EqualTo(Report.Models[1].Divergence));
            Assert.That(copy.Models[0].Divergence, Is.Null);
            Assert.That(copy.Models[1].Speed, Is.EqualTo(Report.Models[1].Speed));
            Assert.That(copy.Models[1].Label, Is.EqualTo(Odd));
            Assert.That(copy.Models[1].Checks, Is.EqualTo(Report.Models[1].Checks));
            Assert.That(copy.Models[1].SkippedChecks, Is.EqualTo(Report.Models[1].SkippedChecks));
            Assert.That(copy.ToTable(), Is.EqualTo(Report.ToTable()));
        }
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"runtime":"","contextSize":1,"scoredTokens":1,"promptTokens":1,"streams":1,"models":[]}""")]
    public void FromJson_NoReport_IsRefused(string json) =>
        Assert.That(() => QualityReport.FromJson(json), Throws.InstanceOf<JsonException>());

    [Test]
    public void ToTable_EachModel_IsALineOfFiguresInInvariantForm()
    {
        var lines = Report.ToTable().Split('\n');
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Does.StartWith("| model |").And.EndWith("| add-3 |").And.Contain("prefill 256"));
            Assert.That(lines[2], Is.EqualTo(
                "| F16 | F16 | 2.0 | 16.00 | 12.346 ± 0.250 | – | – | – | – | – | – | 1.50 | 1234 | 50.3 | 100.1 | 75 % |"));
            Assert.That(lines[3], Is.EqualTo(
                "| Q4 &lt;small> & \"odd\" \\| \u0001 | Q4_0 | 0.6 | 4.50 | 13.000 ± 0.260 | 1.0530 ± 0.0020 | 0.01235 ± 0.00050 | 0.2500 "
                + "| 1.500 | 92.50 % | -1.25 % | 0.50 | 2000 | 75.0 | 300.0 | 70 % (3 changed) |"));
            Assert.That(lines, Has.Some.Contains("refusals: no template"));
            Assert.That(lines.Take(4).Select(line => line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')), Is.All.EqualTo(17));
        }
    }

    [Test]
    public void ToTable_WithoutSpeeds_HasNoColumnsOfThem() => Assert.That(
        (Report with { Models = [.. Report.Models.Select(model => model with { Speed = null })] }).ToTable(),
        Does.Not.Contain("prefill").And.Not.Contain("Medians"));

    [Test]
    public void ToSvg_Labels_AreEscapedAndPointsInTheirPanels()
    {
        var picture = XDocument.Parse(Report.ToSvg()).Root!;
        var texts = picture.Descendants().Where(node => node.Name.LocalName is "text").ToArray();
        var dots = picture.Descendants().Where(node => node.Name.LocalName is "circle").ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(texts.Count(text => text.Value is "Q4 <small> & \"odd\" | \ufffd"), Is.EqualTo(2));
            Assert.That(texts.Count(text => text.Value is "F16"), Is.EqualTo(2), "the source's line in each panel");
            Assert.That(dots, Has.Length.EqualTo(2));
            Assert.That(dots.Select(dot => (double)dot.Attribute("cx")!), Is.Ordered);
            Assert.That((double)dots[0].Attribute("cx")!, Is.InRange(64, 414));
            Assert.That((double)dots[1].Attribute("cx")!, Is.InRange(494, 844));
        }
    }

    [Test]
    public void ToSvg_WithoutSpeedsOrCandidates_IsStillAPicture()
    {
        var alone = Report with { Models = [Report.Models[0] with { Speed = null }] };
        var picture = XDocument.Parse(alone.ToSvg()).Root!;
        Assert.That((int)picture.Attribute("width")!, Is.EqualTo(430));
    }

    [TestCase("report.md")]
    [TestCase("report.json")]
    [TestCase("report.SVG")]
    public async Task Save_ByItsName_WritesTheForm(string name)
    {
        var folder = Directory.CreateTempSubdirectory("lamina-").FullName;
        try
        {
            var path = Path.Combine(folder, name);
            await Report.SaveAsync(path);
            var expected = name switch
            {
                "report.md" => Report.ToTable(),
                "report.json" => Report.ToJson(),
                _ => Report.ToSvg(),
            };
            Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(expected));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Save_AnotherName_IsRefused() =>
        Assert.That(() => Report.SaveAsync("report.txt"), Throws.ArgumentException.With.Message.Contains(".md"));
}
