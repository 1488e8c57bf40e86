using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>The code of the documentation stands in tests or samples, word for word, so that it compiles and runs.</summary>
public sealed partial class SnippetTests
{
    private static readonly string[] Sections =
    [
        "Engine", "Engine:Cpu", "Engine:Devices", "Engine:Quantization", "Engine:Generation", "Engine:Generation:Guidance",
        "Engine:Generation:Sampling",
    ];

    private static IEnumerable<TestCaseData> Configurations =>
        from page in Repository.Pages
        from json in page.Blocks("json")
        where json.Contains("\"Lamina\":", StringComparison.Ordinal)
        select new TestCaseData(json).SetArgDisplayNames(page.Path);

    [Test]
    public void EverySnippet_StandsInATestOrASample()
    {
        var sources = Repository.Files("tests", "*.cs").Concat(Repository.Files("samples", "*.cs")).Select(path => Squeeze(Repository.Read(path))).ToArray();
        var snippets = Repository.Pages.SelectMany(page => page.Blocks("csharp").Select(snippet => (Page: page, Text: snippet))).ToArray();

        Assert.That(snippets, Has.Length.GreaterThan(60));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (page, text) in snippets)
            {
                var code = Squeeze(UsingPattern().Replace(text, ""));
                Assert.That(sources.Any(source => source.Contains(code, StringComparison.Ordinal)), $"{page}:\n{text}");
            }
        }
    }

    [Test]
    public void EveryUsing_NamesANamespace()
    {
        var namespaces = Repository.Files("src", "*.cs").SelectMany(path => NamespacePattern().Matches(Repository.Read(path))).Select(line => line.Groups["name"].Value);
        var used = Repository.Pages.SelectMany(page => page.Blocks("csharp")).SelectMany(snippet => UsingPattern().Matches(snippet))
            .Select(line => line.Groups["name"].Value).Where(name => name.StartsWith("Lamina", StringComparison.Ordinal));

        Assert.That(used, Is.Not.Empty);
        Assert.That(used.Except(namespaces, StringComparer.Ordinal), Is.Empty);
    }

    [TestCaseSource(nameof(Configurations))]
    public void EveryConfiguration_IsRead(string json)
    {
        var section = new ConfigurationBuilder().AddJsonStream(ToStream(json)).Build().GetSection("Lamina");
        Assert.That(() => new ServiceCollection().AddLamina(section), Throws.Nothing);
    }

    /// <summary>What is known in a section the error says that a name which is not known brings.</summary>
    [TestCaseSource(nameof(Sections))]
    public void EveryKey_IsInTheConfigurationReference(string section)
    {
        var json = MarkdownFile.Read("docs/dependency-injection.md").Blocks("json").MaxBy(json => json.Length)!;
        var written = new ConfigurationBuilder().AddJsonStream(ToStream(json)).Build().GetSection("Lamina");
        var wrong = new ConfigurationBuilder()
            .AddJsonStream(ToStream(json))
            .AddInMemoryCollection([new($"Lamina:{section}:NoSuchKey", "1")])
            .Build().GetSection("Lamina");

        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddLamina(wrong))!.Message;
        Assert.That(error, Does.Contain("NoSuchKey").And.Contains("known there: "));
        var known = error.Split("known there: ")[1].TrimEnd('.').Split(", ");
        Assert.That(written.GetSection(section).GetChildren().Select(key => key.Key), Is.EquivalentTo(known));
    }

    private static MemoryStream ToStream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Squeeze(string code) => string.Concat(code.Where(character => !char.IsWhiteSpace(character)));

    [GeneratedRegex(@"^using (?<name>[\w.]+);$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, MarkdownFile.Timeout)]
    private static partial Regex UsingPattern();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, MarkdownFile.Timeout)]
    private static partial Regex NamespacePattern();
}
