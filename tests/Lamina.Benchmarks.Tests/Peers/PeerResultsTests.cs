using System.Xml.Linq;
using Lamina.Benchmarks.Peers;
using Spectre.Console;

namespace Lamina.Benchmarks.Tests.Peers;

/// <summary>The table and the picture of results.</summary>
public sealed class PeerResultsTests
{
    private readonly PeerTask _one = PeerTask.Decode(1);
    private readonly PeerTask _eight = PeerTask.Decode(8);
    private readonly PeerResults _results = new("Lamina", "llama-bench", "llama-server", "LLamaSharp");

    [SetUp]
    public void SetUp()
    {
        if (_results.Tasks.Count > 0)
        {
            return;
        }

        _results.Add("Lamina", _one, [90, 120, 100]);
        _results.Add("Lamina", _eight, [200]);
        _results.Add("llama-bench", _one, [100, 100, 80]);
        _results.Add("llama-server", _one, [50, 50, 50]);
        _results.Add("llama-server", _eight, [250]);
        _results.SayAbsent("LLamaSharp", "there is no file 'x', which --llamasharp names");
    }

    [Test]
    public void Table_AllKindsOfPeers_HasMediansAndRatiosAndNamesTheAbsent()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        PeersTable.Write(_results, console);
        string[] lines = [.. text.ToString().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim())];
        Assert.That(lines, Does.Contain("| measurement | unit | Lamina | llama-bench | llama-server | LLamaSharp |"));
        Assert.That(lines, Does.Contain("| decode, 1 stream | tokens/s | 100.0 | 100.0 (1.20) | 50.00 (2.00) | absent |"));
        Assert.That(lines, Does.Contain("| decode, 8 streams | tokens/s | 200.0 | – | 250.0 (0.80) | absent |"));
        Assert.That(lines, Does.Contain("LLamaSharp is absent: there is no file 'x', which --llamasharp names."));
    }

    [Test]
    public void Chart_AllKindsOfPeers_HasALineForEachThatIsHere()
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var picture = XDocument.Parse(ThroughputChart.Draw(_results, "a < b"));
        var kinds = picture.Descendants(svg + "line").Select(line => line.Attribute("class")!.Value).ToArray();
        Assert.That(kinds.Count(kind => kind is "p0"), Is.EqualTo(1), "from 1 to 8 streams");
        Assert.That(kinds, Does.Contain("p2").And.Not.Contain("p1").And.Not.Contain("p3"), "llama-bench is a point");
        Assert.That(picture.Descendants(svg + "circle").Count(dot => dot.Attribute("class")!.Value is "p1"), Is.EqualTo(2), "the point, and its name");
        var texts = picture.Descendants(svg + "text").Select(text => text.Value).ToArray();
        Assert.That(texts, Does.Contain("a < b").And.Contain("llama-bench").And.Contain("8").And.Not.Contain("LLamaSharp"));
    }
}
