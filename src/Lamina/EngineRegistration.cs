namespace Lamina;

/// <summary>An engine that a service container serves: its model and its options.</summary>
public sealed record EngineRegistration
{
    /// <summary>The model's GGUF file; a relative path starts from the working directory. Required.</summary>
    public string ModelPath { get; init; } = "";

    /// <summary>Sizes and threads. Default: those of <see cref="EngineOptions"/>.</summary>
    public EngineOptions Engine { get; init; } = new();

    internal IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ModelPath))
        {
            return [$"{nameof(EngineRegistration)}.{nameof(ModelPath)} was empty; it must name a GGUF file.",
                .. Engine.Faults()];
        }

        return File.Exists(ModelPath)
            ? Engine.Faults()
            : [$"{nameof(EngineRegistration)}.{nameof(ModelPath)} names '{ModelPath}', where there is no file.",
                .. Engine.Faults()];
    }
}
