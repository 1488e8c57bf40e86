using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Lamina.Constraints;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Tokens;
using Lamina.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina;

/// <summary>The engine on a loaded model: one decode loop for text, and one for embeddings once they are asked for.</summary>
public sealed partial class InferenceEngine : IInferenceEngine
{
    private readonly ILanguageModel _model;
    private readonly EngineOptions _options;
    private readonly PromptEncoder _encoder;
    private readonly Lazy<ImmutableArray<int>> _ends;
    private readonly Lazy<TokenTable> _tokens;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly EngineInstruments _instruments;
    private readonly CpuReservation? _reservation;
    private readonly DeferredLoop _textLoop;
    private readonly DeferredLoop _embeddingLoop;

    private int _isDisposed;

    private InferenceEngine(ILanguageModel model, EngineLoad load)
    {
        var options = load.Options;
        Logger = load.Logger;
        _model = model;
        _options = options;
        DefaultGeneration = options.Generation ?? new();
        _time = load.Time;
        _started = _time.GetTimestamp();
        _encoder = new(model.Tokenizer);
        _ends = new(() => model.Tokenizer.FindEnds());
        _tokens = new(() => new(model.Tokenizer));
        ContextSize = DecoderPlan.ContextSize(model.Info, options);
        _instruments = new(model.Info.Name, GetMetrics, load.Meters);
        _reservation = DecoderPlan.Cpu(options)?.Affinity is { } cpus ? CpuReservation.Take(model.Info.Name, cpus, Logger) : null;
        var setup = new LoopSetup
        {
            Name = "Lamina text",
            CreateDecoder = () => CreateDecoder(embeddings: false),
            Model = model.Info,
            Policy = options.Scheduling ?? new FirstComeFirstServedPolicy(),
            HostCacheBytes = options.HostCacheBytes ?? DecoderPlan.DefaultHostCacheBytes,
            KeepsPrefixes = options.PrefixCache,
            Time = _time,
            Started = _started,
            Instruments = _instruments,
            Logger = Logger,
        };
        _textLoop = new(setup);
        _embeddingLoop = new(setup with
        {
            Name = "Lamina embeddings",
            CreateDecoder = () => CreateDecoder(embeddings: true),
            HostCacheBytes = 0,
        });
    }

    /// <inheritdoc/>
    public ModelInfo Model => _model.Info;

    /// <inheritdoc/>
    public ITokenizer Tokenizer => _model.Tokenizer;

    /// <summary>The most tokens of prompt and answer together.</summary>
    public int ContextSize { get; }

    /// <inheritdoc/>
    public GenerationOptions DefaultGeneration { get; }

    /// <summary>Where log lines go.</summary>
    internal ILogger Logger { get; }

    /// <summary>How the KV cache is divided between sequences: not <see cref="KvLayout.Auto"/>.</summary>
    public KvLayout KvLayout => DecoderPlan.Layout(_options);

    private bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Loads a model and opens an engine on it, away from the caller's thread.</summary>
    /// <param name="runtime">What loads and runs the model.</param>
    /// <param name="path">The model's file.</param>
    /// <param name="options">Sizes and threads; null for the defaults.</param>
    /// <param name="progress">
    /// Told the part that is loaded, from 0 to 1, and before that the part that is quantized, where the options ask for that and it was not
    /// done before; null when nobody wants to know.
    /// </param>
    /// <param name="loggerFactory">Where log lines go; null for nowhere.</param>
    /// <param name="timeProvider">The clock of the usage figures; null for the system's.</param>
    /// <param name="meterFactory">
    /// Makes the meter <c>Lamina</c>, whose instruments are named after OpenTelemetry's conventions for generative AI;
    /// null for one of the engine's own. Traces come from the activity source <c>Lamina</c>.
    /// </param>
    /// <param name="cancellationToken">Stops the load; what was read is freed.</param>
    /// <returns>The engine, which the caller disposes of.</returns>
    /// <exception cref="ArgumentException">The options have faults, all of which the message lists; or the context
    /// size is beyond the model's; or its keys or values cannot be stored as asked for; or the machine does not have the
    /// CPUs or the NUMA node.</exception>
    /// <exception cref="PlatformNotSupportedException">This system does not place threads or memory so.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="UnsupportedModelException">The runtime does not know this kind of model.</exception>
    /// <exception cref="MemoryLimitException">Weights and context need more memory than there is.</exception>
    /// <exception cref="DeviceUnavailableException">A device that is required is not there.</exception>
    /// <exception cref="NativeLibraryException">The native libraries are missing or of a wrong version.</exception>
    /// <exception cref="NotSupportedException">The model is to be quantized, and the runtime does not do that.</exception>
    /// <exception cref="IOException">The quantized model cannot be written, or there is no room for it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The runtime refused the model for another reason.</exception>
    public static async Task<InferenceEngine> LoadAsync(
        IModelRuntime runtime,
        string path,
        EngineOptions? options = null,
        IProgress<float>? progress = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        Fault.Throw([.. options.Faults(), .. DecoderPlan.CpuFaults(options)], nameof(options));

        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<InferenceEngine>();
        if (options.Quantization is { } quantization)
        {
            options = quantization.Complete(options);
            path = await LoadTimeQuantizer.PrepareAsync(
                runtime, path, quantization, options.MaxSequences ?? DecoderPlan.DefaultMaxSequences, progress, logger, cancellationToken).ConfigureAwait(false);
        }

        var load = new EngineLoad
        {
            Runtime = runtime,
            Path = path,
            Options = options,
            Progress = progress,
            Logger = logger,
            Time = timeProvider ?? TimeProvider.System,
            Meters = meterFactory,
        };
        return await LoadPlacedAsync(load, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Generate(prompt, Check(options), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ISequence> OpenSequenceAsync(
        SequenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfNoText();
        var loop = await _textLoop.StartAsync(cancellationToken).ConfigureAwait(false);
        return new EngineSequence(this, loop, options?.Tenant, []);
    }

    /// <inheritdoc/>
    public async Task<TextScore> ScoreAsync(
        Prompt text, Prompt? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNoText();
        var before = await EncodeAsync(context ?? Prompt.Empty).ConfigureAwait(false);
        var scored = await EncodeAsync(text, withPrefix: false).ConfigureAwait(false);
        ThrowIfNothing(scored, nameof(text));
        int[] tokens = [.. before, .. scored];
        ThrowIfTooLong("score", tokens.Length, ContextSize + 1);

        // The first of all tokens has nothing before it to be likely after.
        var first = Math.Max(before.Length, 1);
        float[] found = [];
        if (tokens.Length > first)
        {
            var loop = await _textLoop.StartAsync(cancellationToken).ConfigureAwait(false);
            var request = new ScoreRequest(
                new(tenant: null, isKept: false),
                new(loop.Now, 0, tokens.Length, 0),
                tokens,
                first,
                Tokenizer.VocabularySize);
            found = await loop.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }

        return ToScore(scored, found);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs,
        EmbeddingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (inputs.Any(input => input is null))
        {
            throw new ArgumentException("An input was null; give texts.", nameof(inputs));
        }

        options ??= new();
        Fault.Throw(options.Faults(Model), nameof(options));
        cancellationToken.ThrowIfCancellationRequested();
        if (inputs.Count == 0)
        {
            return [];
        }

        var most = options.Truncate ? ContextSize : int.MaxValue;
        var encoded = await Task
            .Run(() => inputs.Select(input => _encoder.EncodeWithin(input, most)).ToArray(), default)
            .ConfigureAwait(false);
        foreach (var (input, tokens) in inputs.Zip(encoded))
        {
            if (input.Segments.IsEmpty || tokens.Length == 0)
            {
                throw new ArgumentException("An input was empty; give texts of at least one token.", nameof(inputs));
            }

            ThrowIfTooLong("embed", tokens.Length);
        }

        var vectors = await EmbedAsync(encoded, cancellationToken).ConfigureAwait(false);
        if (options.Dimensions is { } dimensions)
        {
            vectors = Array.ConvertAll(vectors, vector => vector[..dimensions]);
        }

        if (options.Normalize && !Model.IsReranker)
        {
            Array.ForEach(vectors, Normalize);
        }

        return vectors;
    }

    /// <inheritdoc/>
    public EngineMetrics GetMetrics() => _textLoop.GetMetrics() + _embeddingLoop.GetMetrics();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _textLoop.Dispose();
            _embeddingLoop.Dispose();
            Release();
            _model.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _textLoop.StopAsync().ConfigureAwait(false);
            await _embeddingLoop.StopAsync().ConfigureAwait(false);
            Release();
            _model.Dispose();
        }
    }

    private void Release()
    {
        _instruments.Dispose();
        _reservation?.Dispose();
    }

    private static void Normalize(float[] vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }

    private async Task<float[][]> EmbedAsync(int[][] inputs, CancellationToken cancellationToken)
    {
        var clock = StartClock();
        using var activity = _instruments.Begin(EngineInstruments.Embeddings);
        Exception? error = null;
        try
        {
            var loop = await _embeddingLoop.StartAsync(cancellationToken).ConfigureAwait(false);
            return await Task
                .WhenAll(inputs.Select(tokens =>
                    loop.RunAsync(new EmbeddingRequest(tokens, clock.Submitted), cancellationToken)))
                .ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e;
            throw;
        }
        finally
        {
            _instruments.OnEnded(
                activity, EngineInstruments.Embeddings, inputs.Sum(tokens => tokens.Length), clock.Elapsed, error);
        }
    }

    private IDecoder CreateDecoder(bool embeddings) =>
        _model.CreateDecoder(DecoderPlan.Create(Model, _options, embeddings));

    private void ThrowIfNoText()
    {
        ThrowIfDisposed();
        if (!Model.CanGenerate)
        {
            throw new NotSupportedException(
                $"'{Model.Name}' ({Model.Architecture}) embeds text and does not generate it; use EmbedAsync.");
        }
    }

    private async IAsyncEnumerable<Token> Generate(
        Prompt prompt,
        GenerationOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.OnCancel == CancellationBehavior.Throw)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        var clock = StartClock();
        var tokens = await EncodeAsync(prompt).ConfigureAwait(false);
        if (tokens.Length == 0)
        {
            throw new ArgumentException(
                "The prompt is empty, and the model has no token of its own to begin with.", nameof(prompt));
        }

        var loop = await _textLoop.StartAsync(default).ConfigureAwait(false);
        var request = await CreateRequestAsync(loop, sequence: null, tokens, options, clock).ConfigureAwait(false);
        await foreach (var token in GenerationStream
            .ReadAsync(loop, request, options.OnCancel, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return token;
        }
    }
}
