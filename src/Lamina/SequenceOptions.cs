namespace Lamina;

/// <summary>What an engine is told of a sequence that it opens.</summary>
public sealed record SequenceOptions
{
    /// <summary>
    /// Whose text the sequence holds; see <see cref="GenerationOptions.Tenant"/>, whose place it takes. Default: null.
    /// </summary>
    public string? Tenant { get; init; }
}
