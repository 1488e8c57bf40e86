using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>What a decoder will take of memory, worked out before anything is allocated.</summary>
internal static class MemoryEstimate
{
    private const int BytesPerKvElement = 2;

    /// <summary>Bytes of a decoder: its KV cache, which is allocated whole, and the logits that it keeps.</summary>
    public static long DecoderBytes(ModelInfo model, DecoderOptions options)
    {
        return long.CreateSaturating(((Int128)options.CellCount * model.KvElementsPerToken * BytesPerKvElement)
            + ((long)options.OutputLimit * model.VocabularySize * sizeof(float)));
    }

    /// <summary>Refuses a decoder that does not fit beside the model's weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The decoder's sizes.</param>
    /// <param name="besides">Bytes that another decoder of the model has.</param>
    /// <param name="limit">The most bytes, or null for what the process may use at all.</param>
    /// <exception cref="MemoryLimitException">It does not fit.</exception>
    public static void ThrowIfTooLarge(ModelInfo model, DecoderOptions options, long besides, long? limit)
    {
        var allowed = limit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var required = long.CreateSaturating((Int128)model.SizeBytes + besides + DecoderBytes(model, options));
        if (required > allowed)
        {
            throw new MemoryLimitException(
                "create decoder",
                $"{options.SequenceCount} sequences of {options.ContextSize} tokens do not fit beside the weights of "
                + $"'{model.Name}'; lower EngineOptions.ContextSize or EngineOptions.MaxSequences.",
                required,
                allowed);
        }
    }
}
