using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina;

/// <summary>How texts are embedded, and what is done with the vectors.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>
    /// Whether vectors are scaled to length 1, so that their dot product is the cosine of their angle; the scores of
    /// a reranking model are never scaled. Default: true.
    /// </summary>
    public bool Normalize { get; init; } = true;

    /// <summary>
    /// Whether the end of a text that is longer than the context is left out; else it is refused. What the model expects
    /// behind every text stays the last, and of a prompt of several parts it is the end of the last typed text that goes.
    /// Default: false.
    /// </summary>
    public bool Truncate { get; init; }

    /// <summary>
    /// How many numbers of each vector are kept, the first ones, from 1 to <see cref="ModelInfo.EmbeddingLength"/>; they
    /// are scaled after that. Good for models that were trained for it: Kusupati et al. (2022), "Matryoshka
    /// Representation Learning". Default: null, which is all.
    /// </summary>
    public int? Dimensions { get; init; }

    internal IEnumerable<string> Faults(ModelInfo model)
    {
        const string owner = nameof(EmbeddingOptions);
        return model.IsReranker && Dimensions is { } asked
            ? [$"{owner}.{nameof(Dimensions)} was {asked}; '{model.Name}' gives scores, so leave it null."]
            : Fault.OutOfRange(owner, nameof(Dimensions), Dimensions, 1, model.EmbeddingLength);
    }
}
