namespace Lamina;

/// <summary>A prompt is longer than the context that the engine was loaded with.</summary>
public sealed class ContextFullException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="operation">What was being done.</param>
    /// <param name="tokenCount">Tokens that were to fit.</param>
    /// <param name="contextSize">Tokens that fit at the most.</param>
    public ContextFullException(string operation, int tokenCount, int contextSize)
        : base(operation, $"The prompt has {tokenCount} tokens, but only {contextSize} fit. Shorten it, or load the "
            + "engine with a larger EngineOptions.ContextSize.")
    {
        TokenCount = tokenCount;
        ContextSize = contextSize;
    }

    /// <summary>Tokens that were to fit.</summary>
    public int TokenCount { get; }

    /// <summary>Tokens that fit at the most.</summary>
    public int ContextSize { get; }
}
