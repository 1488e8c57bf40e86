using Lamina.LlamaCpp.Tests.Sampling;
using Lamina.Runtime;
using Lamina.Sampling;

namespace Lamina.Benchmarks.Samplers;

/// <summary>One of our pipelines, and llama.cpp's chain that does the same.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsChain">Whether it is a whole chain, and not one sampler and what draws.</param>
/// <param name="Create">Makes ours.</param>
/// <param name="CreateNative">Makes llama.cpp's, in order, for a vocabulary.</param>
internal sealed record SamplerCase(
    string Name, bool IsChain, Func<IEnumerable<ISampler>> Create, Func<int, IEnumerable<NativeSampler>> CreateNative)
{
    private const uint Seed = 1;

    private static readonly Dictionary<int, float> Biases = Enumerable.Range(0, 20).ToDictionary(i => i * 997, i => (float)(i - 10));

    /// <summary>All that need no model.</summary>
    public static IReadOnlyList<SamplerCase> All { get; } =
    [
        new(
            "chain of llama.cpp's defaults",
            true,
            () => [new PenaltySampler(64, 1, 0, 0), new TopKSampler(40), new TopPSampler(0.95f), new MinPSampler(0.05f), new TemperatureSampler(0.8f), Draw()],
            vocabulary => DefaultChain(vocabulary, repetition: 1)),
        new(
            "the same with a repetition penalty of 1.1",
            true,
            () => [new PenaltySampler(64, 1.1f, 0, 0), new TopKSampler(40), new TopPSampler(0.95f), new MinPSampler(0.05f), new TemperatureSampler(0.8f), Draw()],
            vocabulary => DefaultChain(vocabulary, repetition: 1.1f)),
        One("greedy", () => new GreedySampler(), _ => NativeSampler.Greedy()),
        One("distribution", Draw, _ => NativeDraw()),
        Drawn("logit bias", () => new LogitBiasSampler(Biases), vocabulary => NativeSampler.LogitBias(vocabulary, Biases)),
        Drawn("penalties", () => new PenaltySampler(64, 1.1f, 0.1f, 0.1f), vocabulary => NativeSampler.Penalties(vocabulary, 64, 1.1f, 0.1f, 0.1f)),
        Drawn("top-n-sigma", () => new TopNSigmaSampler(1), _ => NativeSampler.TopNSigma(1)),
        Drawn("top-k", () => new TopKSampler(40), _ => NativeSampler.TopK(40)),
        Drawn("typical", () => new TypicalSampler(0.9f), _ => NativeSampler.Typical(0.9f)),
        Drawn("top-p", () => new TopPSampler(0.95f), _ => NativeSampler.TopP(0.95f)),
        Drawn("min-p", () => new MinPSampler(0.05f), _ => NativeSampler.MinP(0.05f)),
        Drawn("XTC", () => new XtcSampler(0.5f, 0.1f, seed: Seed), _ => NativeSampler.Xtc(0.5f, 0.1f, 1, Seed)),
        Drawn("temperature", () => new TemperatureSampler(0.8f), _ => NativeSampler.Temperature(0.8f)),
        Drawn("dynamic temperature", () => new DynamicTemperatureSampler(0.8f, 0.5f, 1), _ => NativeSampler.DynamicTemperature(0.8f, 0.5f, 1)),
        One("adaptive-p", () => new AdaptivePSampler(0.5f, 0.9f, Seed), _ => NativeSampler.AdaptiveP(0.5f, 0.9f, Seed)),
        One("mirostat", () => new MirostatSampler(Seed, 5, 0.1f), vocabulary => NativeSampler.Mirostat(vocabulary, Seed, 5, 0.1f, 100)),
        One("mirostat 2", () => new Mirostat2Sampler(Seed, 5, 0.1f), _ => NativeSampler.Mirostat2(Seed, 5, 0.1f)),
    ];

    /// <summary>Those that look at the model's vocabulary.</summary>
    public static IReadOnlyList<SamplerCase> OfModel(ILanguageModel model) =>
    [
        Drawn(
            "DRY",
            () => new DrySampler(model.Tokenizer, 0.8f, 1.75f, 2, 64, [.. DrySampler.DefaultBreakers]),
            _ => NativeSampler.Dry(NativeSampler.PointerOf(model), 0.8f, 1.75f, 2, 64, [.. DrySampler.DefaultBreakers])),
        new(
            "top-k and infill",
            false,
            () => [new TopKSampler(40), new InfillSampler(model.Tokenizer), Draw()],
            _ => [NativeSampler.TopK(40), NativeSampler.Infill(NativeSampler.PointerOf(model)), NativeDraw()]),
    ];

    private static SamplerCase One(string name, Func<ISampler> create, Func<int, NativeSampler> createNative) =>
        new(name, false, () => [create()], vocabulary => [createNative(vocabulary)]);

    private static SamplerCase Drawn(string name, Func<ISampler> create, Func<int, NativeSampler> createNative) =>
        new(name, false, () => [create(), Draw()], vocabulary => [createNative(vocabulary), NativeDraw()]);

    private static DistributionSampler Draw() => new(Seed);

    private static NativeSampler NativeDraw() => NativeSampler.Distribution(Seed);

    private static IEnumerable<NativeSampler> DefaultChain(int vocabulary, float repetition) =>
    [
        NativeSampler.Penalties(vocabulary, 64, repetition, 0, 0),
        NativeSampler.TopK(40),
        NativeSampler.TopP(0.95f),
        NativeSampler.MinP(0.05f),
        NativeSampler.Temperature(0.8f),
        NativeDraw(),
    ];
}
