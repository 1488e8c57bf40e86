using System.Collections.Immutable;

namespace Lamina.Tuning;

/// <summary>Something about an engine that can be set. The first value is the baseline's own, which changes nothing.</summary>
/// <param name="Values">How each value is called, and what it makes of options.</param>
internal sealed record Knob(ImmutableArray<(string Label, Func<EngineOptions, EngineOptions> Apply)> Values)
{
    /// <summary>A knob of some values besides the baseline's.</summary>
    public static Knob Of<T>(string name, IEnumerable<T> values, Func<EngineOptions, T, EngineOptions> apply) => new([
        ("", static options => options),
        .. values.Select(value => ($"{name} {value}", (Func<EngineOptions, EngineOptions>)(options => apply(options, value)))),
    ]);
}
