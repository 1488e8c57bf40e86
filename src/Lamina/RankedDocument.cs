namespace Lamina;

/// <summary>How well a document answers a query.</summary>
/// <param name="Index">Its place among the documents that were given, from 0.</param>
/// <param name="Score">
/// The more, the better. Of a reranking model: its own score, on a scale of its own, often a logarithm of odds. Of any other:
/// the cosine of query and document, from −1 to 1.
/// </param>
public sealed record RankedDocument(int Index, float Score);
