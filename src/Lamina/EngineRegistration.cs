namespace Lamina;

/// <summary>An engine that a service container serves: its model and its options.</summary>
public sealed record EngineRegistration
{
    /// <summary>The model's GGUF file; a relative path starts from the working directory. Required.</summary>
    public string ModelPath { get; init; } = "";

    /// <summary>Sizes and threads. Default: those of <see cref="EngineOptions"/>.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>
    /// Writes it as JSON with the section <c>Lamina</c>, which <see cref="LaminaServiceCollectionExtensions"/> reads from
    /// configuration. What has its default is left out.
    /// </summary>
    /// <exception cref="NotSupportedException">
    /// Something in it is not written: options of requests, samplers, a policy, a profile that has no name in
    /// <see cref="Quantization.QuantizationProfile.All"/>, or an importance matrix.
    /// </exception>
    public string ToJson() => EngineConfigurationWriter.Write(this);

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
