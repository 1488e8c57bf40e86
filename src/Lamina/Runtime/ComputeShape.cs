namespace Lamina.Runtime;

/// <summary>
/// What a model keeps and computes beside its KV cache, as far as that decides how much memory it takes. Numbers are of
/// 32 bits.
/// </summary>
public sealed record ComputeShape
{
    /// <summary>Of a model of which nothing is known.</summary>
    public static ComputeShape None { get; } = new();

    /// <summary>
    /// Numbers that are held at once for one token where a layer is at its widest, which is its feed-forward part.
    /// </summary>
    public long LayerWidth { get; init; }

    /// <summary>Numbers that are held at once for one token where attention is computed, beside its scores.</summary>
    public long AttentionWidth { get; init; }

    /// <summary>The most heads of a layer's attention; 0 where there is none.</summary>
    public int HeadCount { get; init; }

    /// <summary>Numbers that recurrent layers keep of one sequence, whatever its length.</summary>
    public long RecurrentElements { get; init; }

    /// <summary>Whether the model's last step gives logits, also where only embeddings are asked for.</summary>
    public bool HasLogits { get; init; }
}
