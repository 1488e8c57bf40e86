using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina.Tuning.Roofline;

/// <summary>
/// Holds what a runtime reaches with a model against what the device can do ("Roofline", Williams and others, 2009; "LLM
/// Inference Unveiled: Survey and Roofline Model Insights", Yuan and others, 2024).
/// </summary>
/// <remarks>Safe for use from several threads, but speeds are only true of what runs alone.</remarks>
public sealed class RooflineMeter
{
    private readonly IModelRuntime _runtime;
    private readonly RooflineOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a meter, which loads nothing.</summary>
    /// <param name="runtime">What loads and runs the model.</param>
    /// <param name="options">The loads; null for the defaults.</param>
    /// <param name="timeProvider">The clock that measures; null for the system's.</param>
    /// <exception cref="ArgumentException">The options have faults, all of which the message lists.</exception>
    public RooflineMeter(IModelRuntime runtime, RooflineOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        _options = options ?? new();
        Fault.Throw(_options.Faults(), nameof(options));
        _runtime = runtime;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Measures the device, unless its rates are given, and each load, away from the caller's thread.</summary>
    /// <param name="path">The model's file; where the options quantize it at load, what comes of it is measured.</param>
    /// <param name="progress">Told the part that is done, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops it soon.</param>
    /// <exception cref="ArgumentException">A load does not fit the model's context.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="MemoryLimitException">It needs more memory than there is.</exception>
    /// <exception cref="NotSupportedException">The model does not generate text, or is to be quantized, and the runtime does not do that.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The model cannot be loaded, or a computation failed.</exception>
    public async Task<RooflineReport> MeasureAsync(
        string path, IProgress<float>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var models = new TuningModels(_runtime, path, _options.Engine, NullLogger.Instance);
        var file = await models.FileAsync(_options.Engine, cancellationToken).ConfigureAwait(false);
        var model = await models.GetAsync(_options.Engine, cancellationToken).ConfigureAwait(false);
        if (!model.Info.CanGenerate)
        {
            throw new NotSupportedException($"'{model.Info.Name}' does not generate text; only models that do are measured.");
        }

        var plan = Plan(model.Info);
        var costs = await Task.Run(() => ModelCosts.Read(file, cancellationToken), cancellationToken).ConfigureAwait(false);
        var loads = Loads(costs, plan).ToArray();
        var rates = _options.Rates ?? await ProcessorMeter.MeasureAsync(
            Math.Max(plan.Threads, plan.BatchThreads), cancellationToken: cancellationToken).ConfigureAwait(false);

        // A decoder belongs to one thread.
        var speeds = await Task.Factory.StartNew(
            () => Measure(model, plan, loads, progress, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).ConfigureAwait(false);
        var reached = loads.Zip(speeds, static (load, speed) => speed / load.Tokens * load.Cost.Operations).Max();
        var roof = rates with { OperationsPerSecond = Math.Max(rates.OperationsPerSecond, reached) };
        return new()
        {
            Runtime = _runtime.Description,
            ModelName = model.Info.Name,
            Rates = rates,
            Roof = roof,
            Points = [.. loads.Zip(speeds, (load, speed) =>
                RooflinePoint.Of(load.Label, load.Tokens, load.Cost, roof) with { MeasuredSpeed = speed })],
        };
    }

    private DecoderOptions Plan(ModelInfo model)
    {
        var context = _options.PromptTokens.Append(_options.TextTokens + _options.DecodeTokens).Max();
        var options = _options.Engine.Quantization?.Complete(_options.Engine) ?? _options.Engine;
        return DecoderPlan.Create(
            model,
            options with { ContextSize = context, MaxSequences = _options.Streams.Append(1).Max(), CacheTokens = null },
            embeddings: false);
    }

    private IEnumerable<Load> Loads(ModelCosts costs, DecoderOptions plan)
    {
        foreach (var streams in _options.Streams)
        {
            yield return new(
                TuningLoads.Name(streams == 1 ? Workload.OneStream : Workload.ManyStreams, 0, streams),
                streams,
                costs.Decode(streams, _options.TextTokens + (_options.DecodeTokens / 2), plan.KeyCacheType, plan.ValueCacheType),
                meter => meter.Decode(streams, _options.TextTokens, _options.DecodeTokens));
        }

        foreach (var tokens in _options.PromptTokens)
        {
            yield return new(
                TuningLoads.Name(Workload.Prompts, tokens, 0),
                tokens,
                costs.Prefill(tokens, plan.MicroBatchSize, plan.KeyCacheType, plan.ValueCacheType),
                meter => meter.Prefill(tokens));
        }
    }

    private double[] Measure(
        ILanguageModel model, DecoderOptions plan, Load[] loads, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        using var meter = new LoadMeter(model, plan, new(), _time, cancellationToken);
        meter.WarmUp();
        var best = new double[loads.Length];
        for (var round = 0; round < _options.Rounds; round++)
        {
            for (var load = 0; load < loads.Length; load++)
            {
                best[load] = Math.Max(best[load], loads[load].Measure(meter));
                progress?.Report((float)((round * loads.Length) + load + 1) / (_options.Rounds * loads.Length));
            }
        }

        return best;
    }

    /// <summary>A load that is measured.</summary>
    private sealed record Load(string Label, int Tokens, StepCost Cost, Func<LoadMeter, double> Measure);
}
