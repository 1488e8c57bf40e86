using System.Text;
using System.Text.Json;
using Lamina.Quantization;

namespace Lamina;

/// <summary>Writes an engine as <see cref="EngineConfiguration"/> reads it. What has its default is left out.</summary>
internal static class EngineConfigurationWriter
{
    private static readonly EngineOptions Defaults = new();

    /// <exception cref="NotSupportedException">Something in it has no form in configuration.</exception>
    public static string Write(EngineRegistration registration)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartObject("Lamina");
            json.WriteString(nameof(EngineRegistration.ModelPath), registration.ModelPath);
            json.WriteStartObject(nameof(EngineRegistration.Engine));
            WriteEngine(json, registration.Engine);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteEngine(Utf8JsonWriter json, EngineOptions options)
    {
        Number(json, nameof(options.ContextSize), options.ContextSize);
        Number(json, nameof(options.MaxSequences), options.MaxSequences);
        Choice(json, nameof(options.KvLayout), options.KvLayout);
        Number(json, nameof(options.CacheTokens), options.CacheTokens);
        Choice(json, nameof(options.KeyCacheType), options.KeyCacheType);
        Choice(json, nameof(options.ValueCacheType), options.ValueCacheType);
        Choice(json, nameof(options.FlashAttention), options.FlashAttention);
        Number(json, nameof(options.HostCacheBytes), options.HostCacheBytes);
        Flag(json, nameof(options.PrefixCache), options.PrefixCache, Defaults.PrefixCache);
        Number(json, nameof(options.BatchSize), options.BatchSize);
        Number(json, nameof(options.MicroBatchSize), options.MicroBatchSize);
        Number(json, nameof(options.Threads), options.Threads);
        Number(json, nameof(options.BatchThreads), options.BatchThreads);
        Number(json, nameof(options.MemoryLimit), options.MemoryLimit);
        Flag(json, nameof(options.CheckTensors), options.CheckTensors, Defaults.CheckTensors);
        if (options.Quantization is { } quantization)
        {
            json.WriteStartObject(nameof(options.Quantization));
            WriteQuantization(json, quantization);
            json.WriteEndObject();
        }

        var formless = options.Scheduling is not null ? nameof(options.Scheduling)
            : options.Generation is not null ? nameof(options.Generation)
            : options.Samplers is not null ? nameof(options.Samplers)
            : null;
        if (formless is not null)
        {
            throw Formless(formless);
        }
    }

    private static void WriteQuantization(Utf8JsonWriter json, LoadTimeQuantization quantization)
    {
        const string name = nameof(EngineOptions.Quantization);
        if (quantization.Profile is { } profile && !QuantizationProfile.All.Contains(profile))
        {
            throw Formless($"{name}.{nameof(quantization.Profile)}");
        }

        if (quantization.Options.Importance is not null)
        {
            throw Formless($"{name}.{nameof(quantization.Options)}.{nameof(QuantizationOptions.Importance)}");
        }

        json.WriteString(nameof(quantization.Profile), quantization.Profile?.Name ?? nameof(ProfileChoice.Fastest));
        if (quantization.CacheFolder is { } folder)
        {
            json.WriteString(nameof(quantization.CacheFolder), folder);
        }

        Flag(json, nameof(QuantizationOptions.AllowRequantize), quantization.Options.AllowRequantize, otherwise: false);
        Number(json, nameof(QuantizationOptions.Threads), quantization.Options.Threads);
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Choice<T>(Utf8JsonWriter json, string name, T value)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(value, default))
        {
            json.WriteString(name, value.ToString());
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool value, bool otherwise)
    {
        if (value != otherwise)
        {
            json.WriteBoolean(name, value);
        }
    }

    private static NotSupportedException Formless(string name) => new(
        $"EngineOptions.{name} is not written to a file of options; leave it out, and add it where the options are read.");
}
