using Lamina.Sequences;

namespace Lamina.Workers;

/// <summary>A sequence's state but for its bytes.</summary>
/// <param name="Model">The model's fingerprint.</param>
/// <param name="Format">The format of the bytes.</param>
/// <param name="Tokens">All tokens.</param>
/// <param name="ComputedCount">How many of them the bytes are of.</param>
/// <param name="ExactLength">How many of these were computed with exactly those before them.</param>
/// <param name="ByteCount">How many bytes follow.</param>
internal sealed record StateHeader(
    string Model, string Format, int[] Tokens, int ComputedCount, int ExactLength, int ByteCount)
{
    public static StateHeader Of(SequenceState state) => new(
        state.ModelFingerprint,
        state.Format,
        [.. state.Tokens],
        state.ComputedCount,
        state.Block.ExactLength,
        (int)state.ByteCount);
}
