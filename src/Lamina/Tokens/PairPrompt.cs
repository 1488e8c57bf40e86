using System.Collections.Immutable;

namespace Lamina.Tokens;

/// <summary>The form in which a reranking model reads a query and a document; both stay typed text in it.</summary>
/// <param name="template">The model's own form, or null.</param>
/// <param name="separator">What stands between the two where it has none.</param>
internal sealed class PairPrompt(string? template, ImmutableArray<int> separator)
{
    private const string Query = "{query}";
    private const string Document = "{document}";

    /// <summary>Makes the prompt.</summary>
    public Prompt Create(string query, string document) => template is not null ? Fill(template, query, document)
        : query + (separator.IsEmpty ? "\n" : Prompt.FromTokens(separator.AsSpan())) + document;

    private static Prompt Fill(string template, string query, string document)
    {
        var prompt = Prompt.Empty;
        for (var at = 0; at < template.Length;)
        {
            var next = NextPlace(template, at);
            prompt += Prompt.FromMarkup(template[at..next]);
            var rest = template.AsSpan(next);
            (prompt, at) = rest.StartsWith(Query, StringComparison.Ordinal) ? (prompt + query, next + Query.Length)
                : rest.StartsWith(Document, StringComparison.Ordinal) ? (prompt + document, next + Document.Length)
                : (prompt, next);
        }

        return prompt;
    }

    private static int NextPlace(string template, int start)
    {
        var query = template.IndexOf(Query, start, StringComparison.Ordinal);
        var document = template.IndexOf(Document, start, StringComparison.Ordinal);
        return Math.Min(query < 0 ? template.Length : query, document < 0 ? template.Length : document);
    }
}
