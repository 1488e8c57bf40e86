using Lamina;

namespace Generate;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="HasOwnModel">Whether that is the model that comes with Lamina.</param>
/// <param name="Prompt">The prompt; null or <c>-</c> for standard input.</param>
/// <param name="IsChat">Whether the prompt is a user's message, to be answered.</param>
/// <param name="System">What the model is told before a chat, or null.</param>
/// <param name="Json">Whether to print one JSON object instead of the text as it comes.</param>
/// <param name="Engine">Options of the engine.</param>
/// <param name="Generation">Options of the request; they have a seed also where none was asked for.</param>
internal sealed record Arguments(
    string Model, bool HasOwnModel, string? Prompt, bool IsChat, string? System, bool Json, EngineOptions Engine, GenerationOptions Generation)
{
    /// <summary>The seed in use, so that a run can be repeated.</summary>
    public uint Seed => Generation.Sampling.Seed!.Value;
}
