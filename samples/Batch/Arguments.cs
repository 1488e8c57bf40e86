using Lamina;

namespace Batch;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="Input">Path of the prompts.</param>
/// <param name="Output">Path of the answers, or <c>-</c> for standard output.</param>
/// <param name="Restart">Whether to begin anew where the output holds answers already.</param>
/// <param name="Chat">Whether each prompt is the turn of a user in a chat.</param>
/// <param name="Parallel">The most requests that run at a time.</param>
/// <param name="Engine">Options of the engine.</param>
/// <param name="Generation">Options of requests that say nothing else; they have a seed.</param>
internal sealed record Arguments(
    string Model,
    string Input,
    string Output,
    bool Restart,
    bool Chat,
    int Parallel,
    EngineOptions Engine,
    GenerationOptions Generation)
{
    public uint Seed => Generation.Sampling.Seed!.Value;
}
