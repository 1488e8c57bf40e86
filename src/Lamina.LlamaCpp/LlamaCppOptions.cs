namespace Lamina.LlamaCpp;

/// <summary>Settings of the llama.cpp runtime.</summary>
public sealed record LlamaCppOptions
{
    /// <summary>
    /// The folder with llama.cpp's libraries. Default: null, which takes the folder that the environment variable
    /// <c>LAMINA_NATIVE_PATH</c> names, else where the package Lamina.Backend.Cpu puts them; then those for GPUs are
    /// found where their packages put them, too. A process loads them once: the first runtime that loads a model decides.
    /// </summary>
    public string? NativePath { get; init; }
}
