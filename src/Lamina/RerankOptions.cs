using Lamina.Validation;

namespace Lamina;

/// <summary>How documents are ranked.</summary>
public sealed record RerankOptions
{
    /// <summary>The most documents to give back, the best ones, at least 1. Default: null, which is all.</summary>
    public int? Top { get; init; }

    /// <summary>
    /// Whether the end of a document that is too long is left out; else it is refused. A query that leaves no room for a
    /// document is refused either way by a reranking model. Default: false.
    /// </summary>
    public bool Truncate { get; init; }

    internal IEnumerable<string> Faults() =>
        Fault.OutOfRange(nameof(RerankOptions), nameof(Top), Top, 1, int.MaxValue);
}
