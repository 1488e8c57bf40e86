using Lamina.Gguf;

namespace Lamina.Quantization;

/// <summary>What of a model decides how many bits its tensors need.</summary>
internal sealed record ModelTraits
{
    /// <summary>The kind of network.</summary>
    public required string Architecture { get; init; }

    /// <summary>Its layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Experts of a layer; 0 where it has none.</summary>
    public required int Experts { get; init; }

    /// <summary>How many heads of queries share one of keys and values.</summary>
    public required int HeadsPerKvHead { get; init; }

    /// <summary>Matrices of the value's role.</summary>
    public required int ValueMatrices { get; init; }

    /// <summary>Whether the embeddings are the output matrix too.</summary>
    public required bool IsTied { get; init; }

    /// <summary>Whether it is one of the models of about 70 billion weights, whose value matrices are small.</summary>
    public bool HasSmallValues => (Architecture, Layers) switch
    {
        ("llama", 80) => HeadsPerKvHead != 1,
        ("deci" or "olmo" or "qwen2", 80) or ("jais2", 68) => true,
        _ => false,
    };

    /// <summary>Reads them from the headers of a model's files.</summary>
    public static ModelTraits Of(IReadOnlyList<GgufFile> parts)
    {
        var first = parts[0];
        var names = parts.SelectMany(static part => part.Tensors).Select(static tensor => tensor.Name).ToArray();
        var heads = Number(first, "attention.head_count");
        return new()
        {
            Architecture = first.Architecture,
            Layers = Number(first, "block_count"),
            Experts = Number(first, "expert_count"),
            HeadsPerKvHead = Number(first, "attention.head_count_kv", heads) is var groups and > 0 ? heads / groups : 0,
            ValueMatrices = names.Count(static name => TensorNames.RoleOf(name) == TensorRole.Value),
            IsTied = !names.Contains("output.weight", StringComparer.Ordinal),
        };
    }

    /// <summary>A hyperparameter; of one that differs from layer to layer, the first layer's.</summary>
    private static int Number(GgufFile file, string name, int missing = 0) =>
        file.Metadata.TryGetValue($"{file.Architecture}.{name}", out var value) && value.TryGetInt64(out var number) ? (int)number : missing;
}
