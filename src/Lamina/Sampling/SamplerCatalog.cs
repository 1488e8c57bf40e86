using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Sampling;

/// <summary>
/// Samplers by name, as <see cref="SamplingOptions.Order"/> lists them: the ones that are here and those of an app. It is
/// immutable; names are the same in any case.
/// </summary>
public sealed class SamplerCatalog
{
    private readonly ImmutableArray<(string Name, Func<SamplingOptions, ITokenizer?, ISampler?> Create)> _entries;

    private SamplerCatalog(ImmutableArray<(string Name, Func<SamplingOptions, ITokenizer?, ISampler?> Create)> entries) =>
        _entries = entries;

    /// <summary>
    /// The samplers that are here: <c>logit-bias</c>, <c>penalties</c>, <c>dry</c>, <c>top-n-sigma</c>, <c>top-k</c>,
    /// <c>typical</c>, <c>top-p</c>, <c>min-p</c>, <c>xtc</c>, <c>temperature</c>, <c>infill</c>, <c>distribution</c>,
    /// <c>adaptive-p</c>, <c>mirostat</c>, <c>mirostat-2</c>, <c>greedy</c>. Each has the settings that the options give
    /// it, and is left out where they turn it off.
    /// </summary>
    public static SamplerCatalog BuiltIn { get; } = new(BuiltInSamplers.All);

    /// <summary>All names, those of an app at the end.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Select(entry => entry.Name)];

    /// <summary>Makes a catalog with one sampler more.</summary>
    /// <param name="name">Its name, which is not in the catalog.</param>
    /// <param name="create">
    /// Makes it for a request, from the request's options, whose <see cref="SamplingOptions.Seed"/> is set, and the model's
    /// tokenizer. Null leaves it out.
    /// </param>
    /// <returns>The catalog with it; this one is as it was.</returns>
    /// <exception cref="ArgumentException">The name is blank, or there already.</exception>
    public SamplerCatalog Add(string name, Func<SamplingOptions, ITokenizer, ISampler?> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (Contains(name))
        {
            throw new ArgumentException($"There is a sampler '{name}' already; give it another name.", nameof(name));
        }

        return new(_entries.Add((name, (options, tokenizer) => create(options, tokenizer ?? throw new ArgumentNullException(
            nameof(tokenizer), $"The sampler '{name}' needs the model's tokenizer.")))));
    }

    /// <summary>Whether there is a sampler of a name.</summary>
    /// <param name="name">The name, in any case.</param>
    public bool Contains(string name) => Find(name) is not null;

    /// <summary>Makes a sampler; null where the options turn it off.</summary>
    internal ISampler? Create(string name, SamplingOptions options, ITokenizer? tokenizer) => Find(name)!(options, tokenizer);

    private Func<SamplingOptions, ITokenizer?, ISampler?>? Find(string name) =>
        _entries.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase)).Create;
}
