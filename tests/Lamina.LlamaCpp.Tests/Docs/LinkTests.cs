namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>Links within the repository lead somewhere, and to every page.</summary>
public sealed class LinkTests
{
    [Test]
    public void EveryLink_LeadsToAFileAndItsHeading()
    {
        var links = Repository.Texts.SelectMany(text => text.Links.Select(link => (Text: text, Link: link)))
            .Where(link => !link.Link.Contains("://", StringComparison.Ordinal)).ToArray();

        Assert.That(links, Has.Length.GreaterThan(50));
        Assert.That(links.Where(link => !Leads(link.Text, link.Link)).Select(link => $"{link.Text}: {link.Link}"), Is.Empty);
    }

    [Test]
    public void EveryPage_IsInTheIndex()
    {
        var linked = MarkdownFile.Read("docs/README.md").Links.Select(link => $"docs/{link}");
        Assert.That(Repository.Files("docs", "*.md").Except([.. linked, "docs/README.md"], StringComparer.Ordinal), Is.Empty);
    }

    private static bool Leads(MarkdownFile text, string link)
    {
        var (file, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var path = file.Length == 0 ? text.Path : Path.Combine(Path.GetDirectoryName(text.Path)!, file);
        return Path.Exists(Path.Combine(Repository.Root, path)) && (anchor is null || MarkdownFile.Read(path).Anchors.Contains(anchor, StringComparer.Ordinal));
    }
}
