using Lamina.Gguf;
using Lamina.Quantization;

namespace Lamina.LlamaCpp.Tests.Quantization;

/// <summary>Importance matrices that no text stands behind.</summary>
internal static class RandomImportance
{
    /// <summary>One for every matrix of a model, experts' each with columns of their own.</summary>
    public static ImportanceMatrix Of(string model)
    {
        var random = new Random(1);
        return new(GgufFile.Read(model).Tensors.Where(static tensor => tensor.Shape.Length > 1).Select(tensor => KeyValuePair.Create(
            tensor.Name,
            new ImportanceEntry(
                [.. Enumerable.Range(0, (int)(tensor.Shape[0] * tensor.Length(2))).Select(_ => 0.1f + random.NextSingle())],
                [.. Enumerable.Repeat(1L, (int)tensor.Length(2))]))), 1, 512, []);
    }
}
