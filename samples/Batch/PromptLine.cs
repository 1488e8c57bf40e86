namespace Batch;

/// <summary>A line of the input. What it leaves out, the command line says.</summary>
/// <param name="Number">Its number in the file, from 1; blank lines count.</param>
/// <param name="Hash">A short hash of the line, by which an answer knows it again.</param>
internal sealed record PromptLine(int Number, string Hash)
{
    public string Prompt { get; init; } = "";

    /// <summary>The id as it stands in the file, in JSON.</summary>
    public string? Id { get; init; }

    public int? MaxTokens { get; init; }

    public float? Temperature { get; init; }

    public uint? Seed { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }
}
