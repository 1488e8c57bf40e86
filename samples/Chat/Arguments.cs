using Lamina;

namespace ChatSample;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="System">What the model is told before all, or null.</param>
/// <param name="HasTools">Whether the model may call tools.</param>
/// <param name="Load">A chat to go on with, or null.</param>
/// <param name="MaxReasoningTokens">The most tokens that the model may think, or null.</param>
/// <param name="HidesReasoning">Whether what is thought is not shown.</param>
/// <param name="Overflow">What happens where the context is full.</param>
/// <param name="Engine">Options of the engine.</param>
/// <param name="Generation">Options of the replies.</param>
internal sealed record Arguments(
    string Model,
    string? System,
    bool HasTools,
    string? Load,
    int? MaxReasoningTokens,
    bool HidesReasoning,
    ChatOverflow Overflow,
    EngineOptions Engine,
    GenerationOptions Generation);
