using Lamina.Runtime;
using Lamina.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina.Tuning;

/// <summary>Finds the engine's options that are fastest for a model and a kind of load on this machine, by measuring.</summary>
/// <remarks>
/// <para>
/// Speed is an irregular function of such options, with distinct peaks ("The Impact of Hyperparameters on Large Language Model
/// Inference Performance", Martinez, 2024), and a measurement on a shared machine is off by a fifth. So the search takes
/// nothing for smooth: it starts from all single changes of the baseline and from random combinations, halves them from round
/// to round by their medians ("Non-stochastic Best Arm Identification and Hyperparameter Optimization", Jamieson and Talwalkar,
/// 2016), then tries the neighbours of the best in the same way. In each round the settings take turns with the baseline, and
/// count by their ratio to it, so that whatever else the machine does falls on both.
/// </para>
/// <para>
/// The best of many noisy figures is too good to be true; therefore the last few are compared with the baseline once more, in
/// fresh rounds, and only those are reported of them.
/// </para>
/// <para>
/// The model is loaded once, and decoders are made for each turn; weights of another type are loaded beside it. Safe for use
/// from several threads, but speeds are only true of what runs alone.
/// </para>
/// </remarks>
public sealed class EngineTuner
{
    private readonly IModelRuntime _runtime;
    private readonly TuningOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>Creates a tuner, which loads nothing.</summary>
    /// <param name="runtime">What loads and runs the model.</param>
    /// <param name="options">What is tuned for, and what may change; null for the defaults.</param>
    /// <param name="loggerFactory">Where log lines go; null for nowhere.</param>
    /// <param name="timeProvider">The clock that measures; null for the system's.</param>
    /// <exception cref="ArgumentException">The options have faults, all of which the message lists.</exception>
    public EngineTuner(
        IModelRuntime runtime,
        TuningOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        _options = options ?? new();
        Fault.Throw(_options.Faults(), nameof(options));
        _runtime = runtime;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<EngineTuner>();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Measures, away from the caller's thread.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="progress">Told after every few turns; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops it soon.</param>
    /// <returns>What was measured, and which options are best.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotSupportedException">The model does not generate text; or weights are to be quantized, and the runtime does not do that.</exception>
    /// <exception cref="ArgumentException">The baseline does not fit the model.</exception>
    /// <exception cref="MemoryLimitException">The baseline needs more memory than there is.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The model cannot be loaded, or a computation of the baseline failed.</exception>
    public async Task<TuningReport> TuneAsync(
        string path, IProgress<TuningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var models = new TuningModels(_runtime, path, _options.FullBaseline, _logger);
        var run = new TuningRun(models, _options, _time, progress, cancellationToken);
        return await run.TuneAsync().ConfigureAwait(false) with { Runtime = _runtime.Description, ModelPath = path };
    }
}
