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
        const string owner = nameof(EngineRegistration);
        var faults = Engine.Faults().ToList();
        if (!File.Exists(ModelPath))
        {
            faults.Insert(0, string.IsNullOrWhiteSpace(ModelPath)
                ? $"{owner}.{nameof(ModelPath)} was empty; it must name a GGUF file."
                : $"{owner}.{nameof(ModelPath)} names '{ModelPath}', where there is no file.");
        }

        return faults;
    }
}
