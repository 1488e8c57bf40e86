using System.Collections.Immutable;
using Lamina.Validation;

namespace Lamina.Tuning.Roofline;

/// <summary>Which loads are put under the roofs of a device.</summary>
public sealed record RooflineOptions
{
    /// <summary>The engine's options that the loads are run with. Default: those of <see cref="EngineOptions"/>.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>What the device can do. Default: null, this machine's processor, which is measured with the engine's threads.</summary>
    public DeviceRates? Rates { get; init; }

    /// <summary>Texts at once that are decoded, each from 1 to 256. Default: 1, 4 and 16.</summary>
    public ImmutableArray<int> Streams { get; init; } = [1, 4, 16];

    /// <summary>Tokens that each text has, at least 0. Default: 256.</summary>
    public int TextTokens { get; init; } = 256;

    /// <summary>Tokens that each text gets, at least 1. Default: 32.</summary>
    public int DecodeTokens { get; init; } = 32;

    /// <summary>Tokens of the prompts that are read, each at least 1. Default: 64 and 512.</summary>
    public ImmutableArray<int> PromptTokens { get; init; } = [64, 512];

    /// <summary>How often each load is timed, from 1 to 1,000; the fastest counts. Default: 3.</summary>
    public int Rounds { get; init; } = 3;

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(RooflineOptions);
        return [
            .. Engine.Faults(),
            .. Rates is { } rates && !(rates.BytesPerSecond > 0 && rates.OperationsPerSecond > 0)
                ? [$"{owner}.{nameof(Rates)} were {rates.BytesPerSecond} and {rates.OperationsPerSecond}; both must be above 0."]
                : Array.Empty<string>(),
            .. Streams.IsDefault
                ? [$"{owner}.{nameof(Streams)} was not set."]
                : Streams.SelectMany(count => Fault.OutOfRange<int>(owner, nameof(Streams), count, 1, EngineOptions.MaxSequencesLimit)),
            .. PromptTokens.IsDefault
                ? [$"{owner}.{nameof(PromptTokens)} was not set."]
                : PromptTokens.SelectMany(count => Fault.OutOfRange<int>(owner, nameof(PromptTokens), count, 1, 1 << 20)),
            .. Streams.IsDefaultOrEmpty && PromptTokens.IsDefaultOrEmpty
                ? [$"{owner} has no load: {nameof(Streams)} and {nameof(PromptTokens)} were empty."]
                : Array.Empty<string>(),
            .. Fault.OutOfRange<int>(owner, nameof(TextTokens), TextTokens, 0, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(DecodeTokens), DecodeTokens, 1, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(Rounds), Rounds, 1, 1000),
        ];
    }
}
