using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina.Bindings;

/// <summary>What a decoder must know of its model.</summary>
/// <param name="Info">What the model is.</param>
/// <param name="Window">Tokens that the layers with a sliding window look back over, or 0 where no layer has one.</param>
/// <param name="HasExtendedPositions">Whether a position is of several numbers, as in models that see (M-RoPE).</param>
/// <param name="LongRopeContext">
/// The size of a cache above which keys are turned by other factors (LongRoPE), or null where there are none.
/// </param>
/// <param name="CanTurnQuantizedKeys">Whether keys that are stored in few bits can be turned to other positions.</param>
internal sealed record NativeTraits(
    ModelInfo Info, int Window, bool HasExtendedPositions, long? LongRopeContext, bool CanTurnQuantizedKeys)
{
    private const int MultiRope = 8;
    private const int InterleavedMultiRope = 40;

    /// <summary>
    /// Whether native code mixes the numbers of a head before it stores them in few bits (Hadamard; "QuaRot", Ashkboos
    /// and others, 2024): it does, but where this variable of its own forbids it.
    /// </summary>
    public static bool MixesHeads { get; } =
        Environment.GetEnvironmentVariable("LLAMA_ATTN_ROT_DISABLE") is null or "" or "0";

    /// <summary>Reads them.</summary>
    /// <param name="parts">The headers of the model's files, the one with the metadata first.</param>
    /// <param name="info">What the model is.</param>
    /// <param name="window">Tokens of the sliding window, or 0.</param>
    /// <param name="ropeType">Native code's number for how it turns keys.</param>
    public static NativeTraits Read(IReadOnlyList<GgufFile> parts, ModelInfo info, int window, int ropeType) => new(
        info,
        window,
        ropeType is MultiRope or InterleavedMultiRope,
        FindLongRopeContext(parts),
        CanTurn(parts[0], info.KvCache));

    /// <summary>
    /// Whether keys in few bits can be turned to new positions: native code turns them back by a matrix that it has for
    /// heads of 64, 128 and so on alone, and that is of whole heads. Elsewhere it computes nonsense, or crashes.
    /// </summary>
    public static bool CanTurn(GgufFile file, KvCacheShape shape)
    {
        var key = $"{file.Architecture}.rope.dimension_count";
        var turned = file.Metadata.TryGetInt64(key, out var count) ? count : shape.KeyLength;
        return MixesHeads && shape.KeyLength > 0 && shape.KeyLength % 64 == 0 && turned == shape.KeyLength;
    }

    private static long? FindLongRopeContext(IReadOnlyList<GgufFile> parts)
    {
        var file = parts[0];
        var hasFactors = parts.Any(part => part.Tensors.Any(
            tensor => tensor.Name.Contains("rope_factors_long", StringComparison.Ordinal)));
        var key = $"{file.Architecture}.rope.scaling.original_context_length";
        return hasFactors ? file.Metadata.TryGetInt64(key, out var original) ? original : file.ContextLength : null;
    }
}
