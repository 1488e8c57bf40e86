using System.Collections.Immutable;
using Lamina.Quantization;
using Lamina.Runtime;

namespace Lamina.Tuning;

/// <summary>The settings that there are: every combination of what may change, but for those that measure the same or cannot be.</summary>
internal sealed class TuningSpace
{
    /// <summary>Tokens that may be computed at once; 512 is what engines do.</summary>
    private static readonly ImmutableArray<int> Batches = [64, 128, 256, 512, 1024, 2048, 4096];

    private readonly HashSet<(LoadTimeQuantization? Weights, DecoderOptions Plan)> _known = [];
    private readonly TuningOptions _options;
    private readonly TuningLoads _loads;
    private readonly ModelInfo _model;
    private readonly ImmutableArray<Knob> _knobs;
    private readonly Random _random;

    /// <exception cref="ArgumentException">The baseline does not fit the model.</exception>
    /// <exception cref="MemoryLimitException">The baseline needs more memory than there is.</exception>
    public TuningSpace(ModelInfo model, TuningOptions options, TuningLoads loads)
    {
        _options = options;
        _loads = loads;
        _model = model;
        _random = new(options.Seed);
        var plan = Plan(options.FullBaseline);
        _knobs = [.. CreateKnobs(plan).Where(knob => knob.Values.Length > 1)];
        Baseline = new([.. _knobs.Select(_ => 0)], "baseline", options.FullBaseline, plan);
        _known.Add((Baseline.Options.Quantization, plan));
    }

    /// <summary>The setting that all others are held against.</summary>
    public TuningEntry Baseline { get; }

    /// <summary>All settings where they are few enough; else each single change of the baseline, then others by chance.</summary>
    public IEnumerable<TuningEntry> Start()
    {
        var all = _knobs.Aggregate(1d, (product, knob) => product * knob.Values.Length);
        var places = all <= _options.StartCount ? All() : Neighbours(Baseline.Places).Concat(Chosen());
        return Create(places).Take(_options.StartCount);
    }

    /// <summary>The settings that differ from one in one thing, and were not there before.</summary>
    public IEnumerable<TuningEntry> Neighbours(TuningEntry entry) => Create(Neighbours(entry.Places));

    /// <summary>Every number of threads that is worth a try.</summary>
    internal static IEnumerable<int> ThreadCounts(int processors) => Enumerable.Range(0, 10).Select(power => 1 << power)
        .Concat([processors / 2, processors * 3 / 4, processors])
        .Where(count => count >= 1 && count <= processors)
        .Distinct()
        .Order();

    private IEnumerable<Knob> CreateKnobs(DecoderOptions plan)
    {
        var (readsPrompts, decodesOne) = (_loads.Workloads.Contains(Workload.Prompts), _loads.Workloads.Contains(Workload.OneStream));
        var threads = ThreadCounts(Math.Min(Environment.ProcessorCount, 512));
        if (decodesOne)
        {
            // The threads for prompts, which go by these where nothing is said, stay as they are.
            yield return Knob.Of("threads", threads.Where(count => count != plan.Threads), (options, count) =>
                options with { Threads = count, BatchThreads = options.BatchThreads ?? plan.BatchThreads });
        }

        if (readsPrompts || _loads.Workloads.Contains(Workload.ManyStreams))
        {
            yield return Knob.Of(
                "batch threads", threads.Where(count => count != plan.BatchThreads), (options, count) => options with { BatchThreads = count });
        }

        if (readsPrompts)
        {
            var sizes = Batches.Where(size => size <= _loads.PromptTokens);
            yield return Knob.Of("batch", sizes.Where(size => size != plan.BatchSize), (options, size) => options with { BatchSize = size });
            yield return Knob.Of(
                "micro-batch", sizes.Where(size => size != plan.MicroBatchSize), (options, size) => options with { MicroBatchSize = size });
        }

        if (plan.SequenceCount > 1)
        {
            var other = plan.KvLayout == KvLayout.Shared ? KvLayout.PerSequence : KvLayout.Shared;
            yield return Knob.Of("layout", [other], (options, layout) => options with { KvLayout = layout });
        }

        var attention = plan.FlashAttention == FlashAttention.Off ? FlashAttention.Auto : FlashAttention.Off;
        yield return Knob.Of("flash attention", [attention], (options, kind) => options with { FlashAttention = kind });
        yield return Knob.Of(
            "keys", _options.CacheTypes.Where(type => type != plan.KeyCacheType), (options, type) => options with { KeyCacheType = type });
        yield return Knob.Of(
            "values", _options.CacheTypes.Where(type => type != plan.ValueCacheType), (options, type) => options with { ValueCacheType = type });
        yield return new([
            ("", static options => options),
            .. _options.Weights.Where(weights => weights != _options.Baseline.Quantization).Select(weights => (
                $"weights {weights.Profile?.Name ?? nameof(ProfileChoice.Fastest)}",
                (Func<EngineOptions, EngineOptions>)(options => options with { Quantization = weights }))),
        ]);
    }

    private IEnumerable<TuningEntry> Create(IEnumerable<ImmutableArray<int>> settings)
    {
        foreach (var places in settings)
        {
            var values = places.Select((place, knob) => _knobs[knob].Values[place]).ToArray();
            var options = values.Aggregate(Baseline.Options, static (options, value) => value.Apply(options));
            if (TryPlan(options) is { } plan && _known.Add((options.Quantization, plan)))
            {
                yield return new(places, string.Join(", ", values.Select(value => value.Label).Where(label => label.Length > 0)), options, plan);
            }
        }
    }

    private IEnumerable<ImmutableArray<int>> All() => _knobs.Aggregate(
        (IEnumerable<ImmutableArray<int>>)[[]],
        (settings, knob) => settings.SelectMany(places => knob.Values.Select((_, place) => places.Add(place))));

    private IEnumerable<ImmutableArray<int>> Neighbours(ImmutableArray<int> places) =>
        from knob in Enumerable.Range(0, _knobs.Length)
        from place in Enumerable.Range(0, _knobs[knob].Values.Length)
        where place != places[knob]
        select places.SetItem(knob, place);

    /// <summary>Settings by chance: most are new, as there are more than are tried.</summary>
    private IEnumerable<ImmutableArray<int>> Chosen() =>
        Enumerable.Range(0, 16 * _options.StartCount).Select(_ => _knobs.Select(knob => _random.Next(knob.Values.Length)).ToImmutableArray());

    /// <summary>The decoder that is measured, or null where the setting does not fit the model or the memory.</summary>
    private DecoderOptions? TryPlan(EngineOptions options)
    {
        try
        {
            return options.Faults().Any() || _model.KvCache.Faults(options.KeyCacheType, options.ValueCacheType).Any() ? null : Plan(options);
        }
        catch (MemoryLimitException)
        {
            return null;
        }
    }

    /// <summary>It has no more cells than the loads need: what is not used makes no difference but for the time to make it.</summary>
    private DecoderOptions Plan(EngineOptions options)
    {
        options = options.Quantization?.Complete(options) ?? options;
        DecoderPlan.Create(_model, options, embeddings: false);
        return DecoderPlan.Create(_model, options with { ContextSize = _loads.ContextSize, CacheTokens = null }, embeddings: false);
    }
}
