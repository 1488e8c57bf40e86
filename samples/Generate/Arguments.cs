using Lamina;

namespace Generate;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="Prompt">The prompt; null or <c>-</c> for standard input.</param>
/// <param name="Json">Whether to print one JSON object instead of the text as it comes.</param>
/// <param name="Seed">The seed in use, also where none was asked for: so that a run can be repeated.</param>
/// <param name="Engine">Options of the engine.</param>
/// <param name="Generation">Options of the request.</param>
internal sealed record Arguments(
    string Model,
    string? Prompt,
    bool Json,
    uint Seed,
    EngineOptions Engine,
    GenerationOptions Generation);
