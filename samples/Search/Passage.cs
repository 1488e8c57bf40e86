namespace Search;

/// <summary>A part of a file.</summary>
/// <param name="File">The file, from the folder on.</param>
/// <param name="FirstLine">The line on which it begins, from 1.</param>
/// <param name="LastLine">The line on which it ends.</param>
/// <param name="Text">Its text.</param>
internal sealed record Passage(string File, int FirstLine, int LastLine, string Text)
{
    private const int ExcerptLength = 200;

    /// <summary>The beginning of its text on one line.</summary>
    public string Excerpt
    {
        get
        {
            var line = string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return line.Length <= ExcerptLength ? line
                : line[..(char.IsHighSurrogate(line[ExcerptLength - 1]) ? ExcerptLength - 1 : ExcerptLength)].TrimEnd() + " …";
        }
    }

    /// <summary>Whether the two have lines in common.</summary>
    public bool Overlaps(Passage other) =>
        string.Equals(File, other.File, StringComparison.Ordinal)
        && FirstLine <= other.LastLine && other.FirstLine <= LastLine;
}
