using Lamina.Quantization;

namespace Lamina;

/// <summary>Quantizes a model when it is loaded: once, into a cache from which it is loaded afterwards.</summary>
public sealed record LoadTimeQuantization
{
    /// <summary>
    /// The profile. Default: null, the fastest for this processor and the engine's streams (<see cref="ProfileChoice.Fastest"/>).
    /// </summary>
    public QuantizationProfile? Profile { get; init; }

    /// <summary>How to quantize. Default: those of <see cref="QuantizationOptions"/>.</summary>
    public QuantizationOptions Options { get; init; } = new();

    /// <summary>The folder of the cache. Default: null, <see cref="QuantizedModelCache.DefaultFolder"/>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>A profile stands for itself with the default options, so <c>Quantization = QuantizationProfile.Int4</c> will do.</summary>
    /// <param name="profile">The profile.</param>
    public static implicit operator LoadTimeQuantization(QuantizationProfile profile) => FromQuantizationProfile(profile);

    /// <summary>What the conversion gives.</summary>
    /// <param name="profile">The profile.</param>
    public static LoadTimeQuantization FromQuantizationProfile(QuantizationProfile profile) => new() { Profile = profile };

    /// <summary>The engine's options, with the profile's way to store keys and values where they have the default.</summary>
    internal EngineOptions Complete(EngineOptions options) => Profile is not { } profile ? options : options with
    {
        KeyCacheType = options.KeyCacheType == default ? profile.KeyCacheType : options.KeyCacheType,
        ValueCacheType = options.ValueCacheType == default ? profile.ValueCacheType : options.ValueCacheType,
    };

    internal IEnumerable<string> Faults() => [.. Profile?.Faults() ?? [], .. Options.Faults()];
}
