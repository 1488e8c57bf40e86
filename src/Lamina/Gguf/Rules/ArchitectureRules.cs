namespace Lamina.Gguf.Rules;

/// <summary>The file holds a network that runs text, and says how large it is.</summary>
internal static class ArchitectureRules
{
    public static void Check(ModelHeader model)
    {
        if (model.Architecture.Length == 0)
        {
            throw model.Fail("it does not say what it holds: 'general.architecture' is missing or empty.");
        }

        if (string.Equals(model.Architecture, "clip", StringComparison.Ordinal))
        {
            throw model.Fail("'general.architecture' is 'clip': it holds the part of a model that sees or hears, not the language model.");
        }

        RequirePositive(model, "context_length");
        RequirePositive(model, "embedding_length");
        if (model.Tensors.Count == 0)
        {
            throw model.Fail("it has no tensors: it holds a vocabulary only, or an unfinished model.");
        }

        var width = model.UInt32("embedding_length");
        if (model.TryGetTensor("token_embd.weight", out var embeddings) && embeddings.Length(0) != width)
        {
            throw model.Fail(
                $"'{model.Key("embedding_length")}' is {width}, but 'token_embd.weight' has rows of "
                + $"{embeddings.Length(0)} numbers ({embeddings.ShapeText}).");
        }
    }

    private static void RequirePositive(ModelHeader model, string name)
    {
        var value = model.UInt32(name) ?? throw model.Fail($"'{model.Key(name)}' is missing.");
        if (value == 0 || value > int.MaxValue)
        {
            throw model.Fail($"'{model.Key(name)}' is {value}; it must be from 1 to {int.MaxValue}.");
        }
    }
}
