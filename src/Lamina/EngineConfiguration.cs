using Microsoft.Extensions.Configuration;

namespace Lamina;

/// <summary>Reads engines from configuration. What is written there and not known is refused, since it is a typo.</summary>
internal static class EngineConfiguration
{
    /// <summary>Reads a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="except">A name in it that is not the engine's, or null.</param>
    /// <exception cref="InvalidOperationException">A value cannot be read, or a name is not known.</exception>
    public static EngineRegistration Read(IConfiguration section, string? except = null)
    {
        var own = new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable(makePathsRelative: true)
                .Where(pair => except is null
                    || !pair.Key.StartsWith(except, StringComparison.OrdinalIgnoreCase)))
            .Build();
        return own.Get<EngineRegistration>(options => options.ErrorOnUnknownConfiguration = true)
            ?? new EngineRegistration();
    }
}
