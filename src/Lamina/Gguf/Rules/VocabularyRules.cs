using System.Text;

namespace Lamina.Gguf.Rules;

/// <summary>The tokens: each has a text of its own, a kind and a score, and a row among the embeddings.</summary>
internal static class VocabularyRules
{
    private const string ModelKey = "tokenizer.ggml.model";
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string TypesKey = "tokenizer.ggml.token_type";

    public static void Check(ModelHeader model)
    {
        var kind = model.Text(ModelKey) ?? throw model.Fail($"it has no vocabulary: '{ModelKey}' is missing.");
        if (kind is "no_vocab" or "none")
        {
            return; // text cannot go in or out, but tokens can
        }

        var tokens = model.Metadata.GetArray(TokensKey);
        if (tokens is not { Type: GgufValueType.String, Count: > 0 })
        {
            throw model.Fail($"it has no vocabulary: '{TokensKey}' is {(object?)tokens ?? "missing"}; it must be a list of texts.");
        }

        CheckLength(model, "tokenizer.ggml.scores", tokens.Count, GgufValueType.Float32, GgufValueType.Int32);
        CheckLength(model, TypesKey, tokens.Count, GgufValueType.Int32);
        CheckDistinct(model, tokens);
        CheckEmbeddings(model, tokens.Count);
        TokenizerRules.Check(model, kind, tokens);
    }

    private static void CheckLength(ModelHeader model, string key, int tokens, params ReadOnlySpan<GgufValueType> types)
    {
        if (!model.Metadata.TryGetValue(key, out var values))
        {
            return;
        }

        if (!values.IsArray || !types.Contains(values.Type) || values.Count < tokens)
        {
            throw model.Fail($"'{key}' is {values}; it must be an array of {types[0]} with one for each of the {tokens} tokens.");
        }
    }

    // Native readers take a text up to its first NUL, and give one without text a name by its number.
    private static void CheckDistinct(ModelHeader model, GgufValue tokens)
    {
        var seen = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        var texts = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        var buffer = new char[256];
        for (var i = 0; i < tokens.Count; i++)
        {
            var text = tokens.GetUtf8(i);
            var end = text.IndexOf((byte)0);
            text = end < 0 ? text : text[..end];
            if (text.IsEmpty)
            {
                text = Encoding.ASCII.GetBytes($"[EMPTY_{i}]");
            }

            if (text.Length > buffer.Length)
            {
                buffer = new char[text.Length];
            }

            // Latin-1 keeps every byte as one character, so bytes are compared even where they are no UTF-8.
            var length = Encoding.Latin1.GetChars(text, buffer);
            if (!texts.TryAdd(buffer.AsSpan(0, length), i))
            {
                var other = texts[buffer.AsSpan(0, length)];
                throw model.Fail(
                    $"tokens {other} and {i} have the same text, '{Encoding.UTF8.GetString(text)}'; each must have its own.");
            }
        }
    }

    private static void CheckEmbeddings(ModelHeader model, int tokens)
    {
        if (model.TryGetTensor("token_embd.weight", out var embeddings) && embeddings.Length(1) != tokens)
        {
            throw model.Fail(
                $"the vocabulary has {tokens} tokens, but 'token_embd.weight' has rows for {embeddings.Length(1)} "
                + $"({embeddings.ShapeText}).");
        }
    }
}
