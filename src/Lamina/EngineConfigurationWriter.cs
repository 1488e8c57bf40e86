using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Lamina.Placement;
using Lamina.Quantization;
using Lamina.Runtime;

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
        Section(json, nameof(options.Devices), options.Devices, WriteDevices);
        Section(json, nameof(options.Cpu), options.Cpu, WriteCpu);
        Number(json, nameof(options.MemoryLimit), options.MemoryLimit);
        Flag(json, nameof(options.CheckTensors), options.CheckTensors, Defaults.CheckTensors);
        Section(json, nameof(options.Quantization), options.Quantization, WriteQuantization);
        var formless = options.Scheduling is not null ? nameof(options.Scheduling)
            : options.Generation is not null ? nameof(options.Generation)
            : options.Samplers is not null ? nameof(options.Samplers)
            : null;
        if (formless is not null)
        {
            throw Formless(formless);
        }
    }

    private static void WriteDevices(Utf8JsonWriter json, DevicePlacement devices)
    {
        Choice(json, nameof(devices.Choice), devices.Choice);
        List(json, nameof(devices.Names), devices.Names, json.WriteStringValue);
        Number(json, nameof(devices.Layers), devices.Layers);
        Choice(json, nameof(devices.Split), devices.Split);
        List(json, nameof(devices.Shares), devices.Shares, json.WriteNumberValue);
        Text(json, nameof(devices.MainDevice), devices.MainDevice);
        List(json, nameof(devices.Tensors), devices.Tensors, tensor =>
        {
            json.WriteStartObject();
            json.WriteString(nameof(tensor.Pattern), tensor.Pattern);
            json.WriteString(nameof(tensor.Device), tensor.Device);
            json.WriteEndObject();
        });
        Flag(json, nameof(devices.KvOnDevice), devices.KvOnDevice, DevicePlacement.Auto.KvOnDevice);
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuPlacement cpu)
    {
        Text(json, nameof(cpu.Affinity), cpu.Affinity?.ToString());
        Flag(json, nameof(cpu.PinThreads), cpu.PinThreads, otherwise: false);
        Choice(json, nameof(cpu.Priority), cpu.Priority);
        Number(json, nameof(cpu.Polling), cpu.Polling);
        Number(json, nameof(cpu.MemoryNode), cpu.MemoryNode);
        Choice(json, nameof(cpu.NumaStrategy), cpu.NumaStrategy);
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
        Text(json, nameof(quantization.CacheFolder), quantization.CacheFolder);
        Flag(json, nameof(QuantizationOptions.AllowRequantize), quantization.Options.AllowRequantize, otherwise: false);
        Number(json, nameof(QuantizationOptions.Threads), quantization.Options.Threads);
    }

    private static void Section<T>(Utf8JsonWriter json, string name, T? value, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        if (value is not null)
        {
            json.WriteStartObject(name);
            write(json, value);
            json.WriteEndObject();
        }
    }

    private static void List<T>(Utf8JsonWriter json, string name, ImmutableArray<T> values, Action<T> write)
    {
        if (!values.IsEmpty)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                write(value);
            }

            json.WriteEndArray();
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
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
