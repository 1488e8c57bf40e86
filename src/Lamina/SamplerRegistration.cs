using Lamina.Runtime;
using Lamina.Sampling;

namespace Lamina;

/// <summary>A sampler of the app's own that a service container knows by name.</summary>
internal sealed record SamplerRegistration(string Name, Func<SamplingOptions, ITokenizer, ISampler?> Create);
