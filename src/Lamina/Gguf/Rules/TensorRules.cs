namespace Lamina.Gguf.Rules;

/// <summary>Tensors have shapes that fit the model and types that can be computed with.</summary>
internal static class TensorRules
{
    public static void Check(ModelHeader model)
    {
        foreach (var tensor in model.Tensors)
        {
            if (tensor.ElementCount == 0)
            {
                throw model.Fail($"tensor '{tensor.Name}' is empty: its shape is {tensor.ShapeText}.");
            }

            CheckType(model, tensor);
        }

        var width = model.UInt32("embedding_length");
        if (model.TryGetTensor("token_embd.weight", out var embeddings) && embeddings.Length(0) != width)
        {
            throw model.Fail(
                $"'{model.Key("embedding_length")}' is {width}, but 'token_embd.weight' has rows of "
                + $"{embeddings.Length(0)} numbers ({embeddings.ShapeText}).");
        }
    }

    private static void CheckType(ModelHeader model, GgufTensor tensor)
    {
        if (tensor.Type is TensorType.Q8_1 or TensorType.Q8_K)
        {
            throw model.Fail($"tensor '{tensor.Name}' is stored as {tensor.Type}, which is for intermediate results only.");
        }
    }
}
