using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>How an importance matrix is computed.</summary>
public sealed record ImportanceMatrixOptions
{
    internal const int DefaultContextSize = 512;
    private const int LeastContextSize = 16;

    /// <summary>
    /// Tokens that are read in one context: at least 16 and at most as many as the model was made for. Default: 512, or
    /// what the model was made for where that is less.
    /// </summary>
    public int? ContextSize { get; init; }

    /// <summary>The most contexts that are read, from the beginning; at least 1. Default: null, all.</summary>
    public int? MaxChunks { get; init; }

    /// <summary>
    /// Whether the matrix that makes the logits counts too: <c>output.weight</c>, or <c>token_embd.weight</c> in a model
    /// that has no other. Mostly it is stored in more bits than the rest, and gains nothing. Default: false.
    /// </summary>
    public bool IncludeOutput { get; init; }

    /// <summary>Threads that compute, from 1 to 512. Default: null, as many as there are processors.</summary>
    public int? Threads { get; init; }

    /// <summary>The name of the text, such as its file's, that is kept with the matrix. Default: null, none.</summary>
    public string? Dataset { get; init; }

    internal IEnumerable<string> Faults(int modelContext) =>
    [
        .. Fault.OutOfRange(nameof(ImportanceMatrixOptions), nameof(ContextSize), ContextSize, LeastContextSize, modelContext),
        .. Fault.OutOfRange(nameof(ImportanceMatrixOptions), nameof(MaxChunks), MaxChunks, 1, int.MaxValue),
        .. Fault.OutOfRange(nameof(ImportanceMatrixOptions), nameof(Threads), Threads, 1, 512),
    ];
}
