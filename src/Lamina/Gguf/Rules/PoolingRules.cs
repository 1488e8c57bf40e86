namespace Lamina.Gguf.Rules;

/// <summary>What becomes of the vectors of a text's tokens when the model embeds or ranks texts.</summary>
internal static class PoolingRules
{
    public static void Check(ModelHeader model)
    {
        if (model.UInt32("pooling_type") is > 4 and var pooling)
        {
            throw model.Fail(
                $"'{model.Key("pooling_type")}' is {pooling}; it must be 0 (none), 1 (mean), 2 (first token), 3 (last token) "
                + "or 4 (rank).");
        }

        if (model.Architecture is "gemma4-assistant" or "wavtokenizer-dec")
        {
            return; // these have an output of another width by design
        }

        var width = model.UInt32("embedding_length");
        if (model.UInt32("embedding_length_out") is { } output && output > width
            && !(model.TryGetTensor("dense_2.weight", out var dense) && dense.Length(1) == output))
        {
            throw model.Fail(
                $"'{model.Key("embedding_length_out")}' is {output}, but no tensor 'dense_2.weight' makes vectors wider than {width}.");
        }
    }
}
