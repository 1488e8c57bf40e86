using Lamina.Tokens;

namespace Lamina;

/// <summary>What happens when prompt and answer together reach the context size.</summary>
public sealed record ContextOverflow
{
    private ContextOverflow(OverflowAction action) => Action = action;

    /// <summary>The answer ends, with <see cref="FinishReason.Length"/>. The default.</summary>
    public static ContextOverflow Stop { get; } = new(OverflowAction.Stop);

    /// <summary>The stream ends with a <see cref="ContextFullException"/>.</summary>
    public static ContextOverflow Fail { get; } = new(OverflowAction.Fail);

    /// <summary>What is done.</summary>
    public OverflowAction Action { get; private init; }

    /// <summary>Tokens at the beginning that a shift keeps. Default: 0.</summary>
    public int KeepTokens { get; private init; }

    /// <summary>The beginning of the prompt that a shift keeps, such as the system's message; null for none.</summary>
    public Prompt? KeepPrompt { get; private init; }

    /// <summary>
    /// The older half of the tokens after the first ones is forgotten, and the answer goes on. The tokens that remain
    /// keep what they knew of the others, as llama.cpp's context shift does. Not for models with a sliding window or
    /// recurrent layers, nor for keys that cannot be moved as they are stored (<see cref="EngineOptions.KeyCacheType"/>).
    /// </summary>
    /// <param name="keepTokens">How many tokens at the beginning are kept, at least 0 and fewer than the context's
    /// size; "StreamingLLM" (Xiao and others, 2023) shows why to keep the first 4 at least.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public static ContextOverflow Shift(int keepTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keepTokens);
        return new(OverflowAction.Shift) { KeepTokens = keepTokens };
    }

    /// <summary>As <see cref="Shift(int)"/>, keeping the beginning of the prompt that is given.</summary>
    /// <param name="keepPrompt">What is kept: the beginning of the request's prompt, else the request fails with an
    /// <see cref="ArgumentException"/>.</param>
    public static ContextOverflow Shift(Prompt keepPrompt)
    {
        ArgumentNullException.ThrowIfNull(keepPrompt);
        return new(OverflowAction.Shift) { KeepPrompt = keepPrompt };
    }
}
