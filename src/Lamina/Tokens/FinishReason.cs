namespace Lamina.Tokens;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its answer.</summary>
    EndOfGeneration,

    /// <summary>The most tokens asked for were generated, or the context is full.</summary>
    Length,

    /// <summary>A stop sequence came; it is not part of the text.</summary>
    StopSequence,

    /// <summary>The caller cancelled, and asked for an end instead of an exception.</summary>
    Cancelled,

    /// <summary>
    /// No token can come that keeps the form of <see cref="GenerationOptions.Constraint"/>. The text is a beginning of it.
    /// </summary>
    DeadEnd,
}
