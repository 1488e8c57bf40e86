using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina.Tuning.Roofline;

/// <summary>What a model reads and computes, by the header of its file ("LLM Inference Unveiled", Yuan and others, 2024).</summary>
/// <remarks>
/// The least that is needed: each weight is read once for what is computed at once, keys and values once for each text, and
/// everything else comes from caches. A token that is read takes two operations for each weight that it is multiplied by, and
/// attention as many for each number of the keys and values before it and each head that looks at them.
/// </remarks>
public sealed record ModelCosts
{
    /// <summary>Bytes of the weights that every token is multiplied by, the output matrix left out.</summary>
    public required long BodyBytes { get; init; }

    /// <summary>How many weights these are.</summary>
    public required long BodyWeights { get; init; }

    /// <summary>Bytes of the output matrix, which tokens are multiplied by whose logits are wanted.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>How many weights these are.</summary>
    public required long OutputWeights { get; init; }

    /// <summary>Bytes of all experts; 0 where there are none.</summary>
    public long ExpertBytes { get; init; }

    /// <summary>How many weights these are.</summary>
    public long ExpertWeights { get; init; }

    /// <summary>The part of the experts that a token goes to, from 0 to 1.</summary>
    public double ExpertPart { get; init; }

    /// <summary>What the KV cache holds of a token.</summary>
    public required KvCacheShape KvCache { get; init; }

    /// <summary>How many heads look at each key, on average.</summary>
    public required double HeadsPerKey { get; init; }

    private double TokenWeights => BodyWeights + (ExpertWeights * ExpertPart);

    /// <summary>Reads the header of a model's file.</summary>
    /// <param name="path">A GGUF file; of a model in several parts, the first.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelCosts Read(string path, CancellationToken cancellationToken = default)
    {
        var parts = GgufValidator.Validate(GgufFile.Read(path, cancellationToken), cancellationToken);
        var file = parts[0];
        GgufTensor[] tensors = [.. parts.SelectMany(part => part.Tensors)];
        var experts = tensors.Where(IsExpert).ToArray();
        var hasOutput = tensors.Any(IsOutput);
        var output = tensors.Where(tensor => hasOutput ? IsOutput(tensor) : IsEmbedding(tensor)).ToArray();
        var body = tensors.Where(tensor => !IsExpert(tensor) && !IsOutput(tensor) && !IsEmbedding(tensor)).ToArray();
        return new()
        {
            BodyBytes = body.Sum(tensor => tensor.Size),
            BodyWeights = body.Where(tensor => tensor.Length(1) > 1).Sum(tensor => tensor.ElementCount),
            OutputBytes = output.Sum(tensor => tensor.Size),
            OutputWeights = output.Sum(tensor => tensor.ElementCount),
            ExpertBytes = experts.Sum(tensor => tensor.Size),
            ExpertWeights = experts.Sum(tensor => tensor.ElementCount),
            ExpertPart = experts.Length == 0 ? 0 : (double)Number(file, "expert_used_count") / Math.Max(Number(file, "expert_count"), 1),
            KvCache = new KvCacheShapeReader(file).Read(),
            HeadsPerKey = HeadsOf(file),
        };
    }

    /// <summary>A step of texts that each get one token.</summary>
    /// <param name="streams">How many texts; at least 1.</param>
    /// <param name="depth">Tokens that each has; at least 0.</param>
    /// <param name="keys">How keys are stored.</param>
    /// <param name="values">How values are stored.</param>
    public StepCost Decode(int streams, int depth, KvCacheType keys = KvCacheType.F16, KvCacheType values = KvCacheType.F16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(streams, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        return new(
            BodyBytes + OutputBytes + (ExpertBytes * ExpertsRead(streams)) + (streams * CacheBytes(depth, keys, values)),
            streams * ((2 * (TokenWeights + OutputWeights)) + AttentionOperations(depth + 1d, Math.Min(depth + 1d, KvCache.Window))));
    }

    /// <summary>The reading of a prompt, with the logits of its last token.</summary>
    /// <param name="tokens">Its tokens; at least 1.</param>
    /// <param name="microBatch">Tokens that are computed at once; at least 1.</param>
    /// <param name="keys">How keys are stored.</param>
    /// <param name="values">How values are stored.</param>
    public StepCost Prefill(int tokens, int microBatch, KvCacheType keys = KvCacheType.F16, KvCacheType values = KvCacheType.F16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatch, 1);
        var bytes = (double)OutputBytes;
        for (var start = 0; start < tokens; start += microBatch)
        {
            var count = Math.Min(microBatch, tokens - start);
            bytes += BodyBytes + (ExpertBytes * ExpertsRead(count)) + CacheBytes(start, keys, values);
        }

        // The first token looks at itself, the last at all.
        var windowed = Math.Min(tokens, KvCache.Window);
        return new(
            bytes,
            (2d * tokens * TokenWeights) + (2d * OutputWeights)
                + AttentionOperations(tokens * (tokens + 1d) / 2, (windowed * (windowed + 1d) / 2) + ((double)(tokens - windowed) * windowed)));
    }

    private static bool IsExpert(GgufTensor tensor) => tensor.Name.Contains("_exps.", StringComparison.Ordinal);

    private static bool IsOutput(GgufTensor tensor) => tensor.Name is "output.weight";

    private static bool IsEmbedding(GgufTensor tensor) => tensor.Name is "token_embd.weight";

    private static long Number(GgufFile file, string name) =>
        file.Metadata.TryGetInt64($"{file.Architecture}.{name}", out var value) ? value : 0;

    private static double HeadsOf(GgufFile file)
    {
        var (all, keys) = (Heads(file, "head_count"), Heads(file, "head_count_kv"));
        return keys > 0 ? all / keys : 1;
    }

    /// <summary>A number of heads, on average where layers differ; 0 where the file does not say.</summary>
    private static double Heads(GgufFile file, string name) =>
        file.Metadata.GetArray($"{file.Architecture}.attention.{name}") is { Count: > 0 } layers
            ? Enumerable.Range(0, layers.Count).Average(layer => layers.TryGetDouble(out var heads, layer) ? heads : 0)
            : Number(file, $"attention.{name}");

    /// <summary>The part of the experts that some tokens go to, if each goes to them by chance.</summary>
    private double ExpertsRead(int tokens) => 1 - Math.Pow(1 - ExpertPart, tokens);

    private double CacheBytes(double depth, KvCacheType keys, KvCacheType values)
    {
        var windowed = Math.Min(depth, KvCache.Window);
        return (depth * ((double)keys.Bytes(KvCache.KeyElements) + (double)values.Bytes(KvCache.ValueElements)))
            + (windowed * ((double)keys.Bytes(KvCache.WindowKeyElements) + (double)values.Bytes(KvCache.WindowValueElements)));
    }

    /// <summary>Operations of attention to so many tokens, in layers that see all and in layers with a window.</summary>
    private double AttentionOperations(double seen, double windowed) =>
        2 * HeadsPerKey * ((seen * Numbers(KvCache.KeyElements, KvCache.ValueElements))
            + (windowed * Numbers(KvCache.WindowKeyElements, KvCache.WindowValueElements)));

    /// <summary>Where values are a part of the keys they are multiplied all the same.</summary>
    private static double Numbers(long keys, long values) => keys + (values > 0 ? values : keys);
}
