using Lamina;

namespace Search;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="Folder">The folder of texts.</param>
/// <param name="Query">What to search for; null to read queries from standard input, a line each.</param>
/// <param name="Patterns">Names of the files to read, such as <c>*.txt</c>.</param>
/// <param name="Top">The most passages of an answer.</param>
/// <param name="IndexFile">Where vectors are kept from run to run, or null.</param>
/// <param name="Engine">Options of the engine.</param>
internal sealed record Arguments(
    string Model,
    string Folder,
    string? Query,
    IReadOnlyList<string> Patterns,
    int Top,
    string? IndexFile,
    EngineOptions Engine);
