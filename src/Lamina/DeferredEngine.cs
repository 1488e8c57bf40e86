using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lamina;

/// <summary>
/// An engine of a service container: loads its model when the host starts, or else with the first request, and once.
/// A load that failed is tried again by the next request.
/// </summary>
internal sealed class DeferredEngine(
    object? key,
    EngineRegistration registration,
    IModelRuntime runtime,
    ILoggerFactory loggers,
    TimeProvider time,
    IMeterFactory? meters)
    : IInferenceEngine
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _disposal = new();
    private InferenceEngine? _engine;

    public ModelInfo Model => Loaded.Model;

    public ITokenizer Tokenizer => Loaded.Tokenizer;

    public int ContextSize => Loaded.ContextSize;

    public GenerationOptions DefaultGeneration { get; } = registration.Engine.Generation ?? new();

    /// <summary>Where its log lines go.</summary>
    public ILogger Logger { get; } = loggers.CreateLogger<InferenceEngine>();

    private bool IsDisposed => _disposal.IsCancellationRequested;

    private InferenceEngine Loaded => _engine ?? throw new InvalidOperationException(
        $"The model '{registration.ModelPath}' is not loaded yet: start the host, or await a request, before asking "
        + "what it is.");

    public async IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt,
        GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        InferenceEngine? engine = null;
        try
        {
            engine = await LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            cancellationToken.IsCancellationRequested
            && (options ?? registration.Engine.Generation)?.OnCancel == CancellationBehavior.Finish)
        {
        }

        if (engine is null)
        {
            yield return new(-1, "", FinishReason.Cancelled, new()
            {
                PromptTokens = 0,
                GeneratedTokens = 0,
                TimeToFirstToken = TimeSpan.Zero,
                Duration = time.GetElapsedTime(started),
            });
            yield break;
        }

        await foreach (var token in engine.GenerateAsync(prompt, options, cancellationToken).ConfigureAwait(false))
        {
            yield return token;
        }
    }

    /// <inheritdoc/>
    public async Task<ISequence> OpenSequenceAsync(
        SequenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        var engine = await LoadAsync(cancellationToken).ConfigureAwait(false);
        return await engine.OpenSequenceAsync(options, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TextScore> ScoreAsync(
        Prompt text, Prompt? context = null, CancellationToken cancellationToken = default)
    {
        var engine = await LoadAsync(cancellationToken).ConfigureAwait(false);
        return await engine.ScoreAsync(text, context, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs,
        EmbeddingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var engine = await LoadAsync(cancellationToken).ConfigureAwait(false);
        return await engine.EmbedAsync(inputs, options, cancellationToken).ConfigureAwait(false);
    }

    public EngineMetrics GetMetrics() => _engine?.GetMetrics() ?? EngineMetrics.None;

    /// <summary>Lists what is wrong with the registration, before anything is loaded.</summary>
    /// <exception cref="OptionsValidationException">There are faults.</exception>
    public void Validate()
    {
        var faults = registration.Faults().ToArray();
        if (faults.Length > 0)
        {
            throw new OptionsValidationException(key?.ToString() ?? "", typeof(EngineRegistration), faults);
        }
    }

    /// <summary>Loads the model unless it is loaded.</summary>
    public async Task<InferenceEngine> LoadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(IInferenceEngine));
        if (_engine is { } loaded)
        {
            return loaded;
        }

        Validate();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        try
        {
            return await LoadOnceAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (IsDisposed && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The engine was disposed of while it loaded.", e);
        }
    }

    public void Dispose()
    {
        _disposal.Cancel();
        _engine?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _disposal.CancelAsync().ConfigureAwait(false);

        // A load that is under way ends first, and what it brought is freed.
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        if (_engine is { } engine)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }

        _gate.Release();
    }

    private async Task<InferenceEngine> LoadOnceAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_engine is { } loaded)
            {
                return loaded;
            }

            var engine = await LoadNowAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _engine, engine);
            if (IsDisposed)
            {
                // The disposal came while it loaded and may not have seen it.
                await engine.DisposeAsync().ConfigureAwait(false);
                throw new ObjectDisposedException(nameof(IInferenceEngine));
            }

            return engine;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<InferenceEngine> LoadNowAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        Logger.LogInformation("Loading {ModelPath}.", registration.ModelPath);
        var engine = await InferenceEngine
            .LoadAsync(
                runtime,
                registration.ModelPath,
                registration.Engine,
                loggerFactory: loggers,
                timeProvider: time,
                meterFactory: meters,
                cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        Logger.LogInformation(
            "Loaded {Model} in {Seconds:F1} s.", engine.Model.Name, time.GetElapsedTime(started).TotalSeconds);
        return engine;
    }
}
