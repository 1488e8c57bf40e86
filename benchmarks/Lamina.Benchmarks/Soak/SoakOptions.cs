namespace Lamina.Benchmarks.Soak;

/// <summary>What a soak does.</summary>
/// <param name="Model">The GGUF file.</param>
/// <param name="Requests">The least number of requests, over both layouts.</param>
/// <param name="Seed">What all choices come from. How requests fall together in time does not.</param>
internal sealed record SoakOptions(string Model, int Requests, int Seed);
