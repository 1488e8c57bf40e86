using System.Numerics.Tensors;
using Lamina.Tokens;
using Lamina.Validation;

namespace Lamina;

/// <summary>Ranks documents by how well they answer a query.</summary>
public static class InferenceEngineRerankExtensions
{
    /// <summary>
    /// Ranks documents by how well they answer a query. A reranking model reads the query with each document, and gives the
    /// score; of any other model it is the cosine of their embeddings.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="query">What is asked or searched for; not empty.</param>
    /// <param name="documents">The texts to rank, none empty; no texts give no ranks.</param>
    /// <param name="options">How many are wanted, and what to do with long ones; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The documents' places and scores, the best first; of equal ones the first first.</returns>
    /// <exception cref="ArgumentException">Query or a document is null or empty, or the options have faults.</exception>
    /// <exception cref="ContextFullException">A document, with a reranking model the query and a document, is longer than the
    /// context, and <see cref="RerankOptions.Truncate"/> is not set; or the query leaves no room.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed; the engine goes on.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    public static Task<IReadOnlyList<RankedDocument>> RerankAsync(
        this IInferenceEngine engine,
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentException.ThrowIfNullOrEmpty(query);
        ArgumentNullException.ThrowIfNull(documents);
        options ??= new();
        Fault.Throw(options.Faults(), nameof(options));
        string[] texts = [.. documents];
        var empty = Array.FindIndex(texts, string.IsNullOrEmpty);
        return empty < 0 ? RankAsync() : throw new ArgumentException(
            $"Document {empty} of {texts.Length} was null or empty; give texts of at least one character.", nameof(documents));

        async Task<IReadOnlyList<RankedDocument>> RankAsync()
        {
            await engine.WaitForModelAsync(cancellationToken).ConfigureAwait(false);
            var scores = texts.Length == 0 ? []
                : await ScoreAsync(engine, query, texts, new() { Truncate = options.Truncate }, cancellationToken)
                    .ConfigureAwait(false);
            return
            [
                .. scores
                    .Select((score, i) => new RankedDocument(i, score))
                    .OrderByDescending(document => document.Score)
                    .Take(options.Top ?? texts.Length),
            ];
        }
    }

    private static async Task<float[]> ScoreAsync(
        IInferenceEngine engine,
        string query,
        string[] documents,
        EmbeddingOptions options,
        CancellationToken cancellationToken)
    {
        var isReranker = engine.Model.IsReranker;
        var pair = new PairPrompt(engine.Model.RerankTemplate, engine.Tokenizer.PairSeparator);
        Prompt[] inputs = isReranker
            ? Array.ConvertAll(documents, document => pair.Create(query, document))
            : [query, .. documents];
        var vectors = await engine.EmbedAsync(inputs, options, cancellationToken).ConfigureAwait(false);
        return isReranker
            ? [.. vectors.Select(scores => scores[0])]
            : [.. vectors.Skip(1).Select(vector => TensorPrimitives.Dot<float>(vectors[0], vector))];
    }
}
