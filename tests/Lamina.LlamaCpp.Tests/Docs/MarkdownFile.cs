using System.Text.RegularExpressions;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>A text in Markdown, as far as tests look at it.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Text">What it says.</param>
internal sealed partial record MarkdownFile(string Path, string Text)
{
    /// <summary>Milliseconds after which a search is given up.</summary>
    public const int Timeout = 10_000;

    /// <summary>Where links lead that are neither in a block nor in a line of code.</summary>
    public IEnumerable<string> Links => LinkPattern().Matches(CodePattern().Replace(Text, "")).Select(link => link.Groups["target"].Value);

    /// <summary>The names by which links find the headings.</summary>
    public IEnumerable<string> Anchors => HeadingPattern().Matches(BlockPattern().Replace(Text, ""))
        .Select(heading => SignPattern().Replace(heading.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    public static MarkdownFile Read(string path) => new(path, Repository.Read(path).ReplaceLineEndings("\n"));

    /// <summary>The blocks of a language.</summary>
    public IEnumerable<string> Blocks(string language) => BlockPattern().Matches(Text)
        .Where(block => string.Equals(block.Groups["language"].Value, language, StringComparison.Ordinal))
        .Select(block => block.Groups["text"].Value);

    public override string ToString() => Path;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^```.*?^```$|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline, Timeout)]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex LinkPattern();

    [GeneratedRegex("^#+ (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, Timeout)]
    private static partial Regex SignPattern();
}
