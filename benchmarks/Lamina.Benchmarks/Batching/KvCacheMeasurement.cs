using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>What it takes, and saves, to keep keys and values in fewer bits: bare loops of one sequence.</summary>
internal sealed class KvCacheMeasurement : IMeasurement
{
    private const int ContextSize = 4096;
    private const int PromptTokens = 512;
    private const int GeneratedTokens = 33;
    private const int AppendedTokens = 64;
    private const int Near = 200;
    private const int Far = 3500;

    private static readonly (KvCacheType Keys, KvCacheType Values)[] Profiles =
    [
        (KvCacheType.Int8, KvCacheType.F16),
        (KvCacheType.F16, KvCacheType.Int8),
        (KvCacheType.Int8, KvCacheType.Int8),
        (KvCacheType.Int4, KvCacheType.F16),
        (KvCacheType.F16, KvCacheType.Int4),
        (KvCacheType.Int4, KvCacheType.Int4),
    ];

    public string Name => "kv-cache";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var tokens = bench.NewPrompt(Far);
        using var near = Open(default, default);
        using var far = Open(default, default);
        far.Prefill(tokens);
        foreach (var (keys, values) in Profiles)
        {
            using var other = Open(keys, values);
            var name = $"kv-cache: keys {keys}, values {values}";
            var (most, found) = (TokenBytes(default, default), TokenBytes(keys, values));
            bench.Report.Add($"{name}, cache", "bytes a token", "F16", new(most, found, found / most));
            await CompareAsync($"{name}, prefill of {PromptTokens} tokens", near, Prefill);
            await CompareAsync($"{name}, decode after {Near} tokens", near, bare => Decode(bare, Near));
            other.Prefill(tokens);
            await CompareAsync($"{name}, {AppendedTokens} tokens after {Far - AppendedTokens}", far, Append);
            await CompareAsync($"{name}, decode after {Far} tokens", far, bare => Decode(bare, Far));

            async Task CompareAsync(string what, BareLoop plain, Func<BareLoop, double> measure) => bench.Report.Add(
                what,
                "tokens/s",
                "F16",
                await Turns.CompareAsync(
                    bench.Rounds,
                    warmUps: 0,
                    () => Task.FromResult(measure(plain)),
                    () => Task.FromResult(measure(other)),
                    bench.Report.Rounds(what),
                    cancellationToken));
        }

        EngineOptions Options(KvCacheType keys, KvCacheType values) =>
            bench.Options(1, ContextSize) with { KeyCacheType = keys, ValueCacheType = values };

        BareLoop Open(KvCacheType keys, KvCacheType values) => new(bench.Model, Options(keys, values));

        double TokenBytes(KvCacheType keys, KvCacheType values)
        {
            var estimate = InferenceEngine.EstimateMemory(bench.Model.Info, Options(keys, values));
            return (double)(estimate.KeyCacheBytes + estimate.ValueCacheBytes) / ContextSize;
        }

        double Prefill(BareLoop bare) => PromptTokens / Turns.Seconds(() => bare.Prefill(tokens[..PromptTokens]));

        double Append(BareLoop bare) => bare.Run(decoder =>
        {
            decoder.Truncate(0, Far - AppendedTokens);
            var batch = new DecodeBatch(AppendedTokens);
            for (var position = Far - AppendedTokens; position < Far; position++)
            {
                batch.Add(tokens[position], position, 0, output: position == Far - 1);
            }

            return AppendedTokens / Turns.Seconds(() => decoder.Decode(batch));
        });

        double Decode(BareLoop bare, int depth)
        {
            bare.Run(decoder =>
            {
                decoder.Truncate(0, depth - 1);
                return depth;
            });
            var next = bare.Continue([tokens[depth - 1]], 1);
            return (GeneratedTokens - 1) / Turns.Seconds(() => bare.Continue(next, GeneratedTokens - 1));
        }
    }
}
