namespace TrainTinyModel.Network;

/// <summary>The sizes of a network.</summary>
/// <param name="Layers">Layers.</param>
/// <param name="FeedForward">The width inside of a layer's feed-forward part.</param>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record NetworkShape(int Layers, int FeedForward, int Vocabulary)
{
    public const float Epsilon = 1e-5f;
    public const float RopeBase = 10_000f;

    /// <summary>The width: what stands for a token. A multiple of 256, as are all rows, so that each quantization applies.</summary>
    public const int Width = 256;

    public const int Heads = 4;

    public const int KeyHeads = 2;

    public const int HeadWidth = Width / Heads;

    /// <summary>The most tokens that it learns to see at once.</summary>
    public const int Context = 1024;

    /// <summary>All parameters: the name as in GGUF files, rows and columns; 0 rows for a vector.</summary>
    public IEnumerable<(string Name, int Rows, int Columns)> Parameters
    {
        get
        {
            const int keyWidth = KeyHeads * HeadWidth;
            yield return ("token_embd.weight", Vocabulary, Width);
            for (var layer = 0; layer < Layers; layer++)
            {
                yield return ($"blk.{layer}.attn_norm.weight", 0, Width);
                yield return ($"blk.{layer}.attn_q.weight", Width, Width);
                yield return ($"blk.{layer}.attn_k.weight", keyWidth, Width);
                yield return ($"blk.{layer}.attn_v.weight", keyWidth, Width);
                yield return ($"blk.{layer}.attn_output.weight", Width, Width);
                yield return ($"blk.{layer}.ffn_norm.weight", 0, Width);
                yield return ($"blk.{layer}.ffn_gate.weight", FeedForward, Width);
                yield return ($"blk.{layer}.ffn_up.weight", FeedForward, Width);
                yield return ($"blk.{layer}.ffn_down.weight", Width, FeedForward);
            }

            yield return ("output_norm.weight", 0, Width);
        }
    }

    public long ParameterCount => Parameters.Sum(parameter => (long)Math.Max(parameter.Rows, 1) * parameter.Columns);
}
