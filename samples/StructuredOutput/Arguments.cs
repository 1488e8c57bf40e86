using Lamina;

namespace StructuredOutput;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="Form">The form of the answers.</param>
/// <param name="Instruction">What the model is asked to do with each text; may be empty.</param>
/// <param name="Texts">The texts, where they are not in a file.</param>
/// <param name="Input">Path of a file with a text a line, or <c>-</c> for standard input; null where there is none.</param>
/// <param name="Engine">Options of the engine.</param>
/// <param name="Generation">Options of the answers.</param>
internal sealed record Arguments(
    string Model,
    IForm Form,
    string Instruction,
    IReadOnlyList<string> Texts,
    string? Input,
    EngineOptions Engine,
    GenerationOptions Generation);
