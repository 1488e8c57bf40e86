using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Lamina.Pooling;
using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tokens;
using Lamina.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina;

/// <summary>
/// One engine out of several that have the same model, its workers: each with memory, threads and batches of its own, such
/// as one for each NUMA node ("Inference Acceleration for Large Language Models on CPUs", PS et al., 2024).
/// </summary>
/// <remarks>
/// <para>
/// A request goes to the worker with the fewest requests under way, where a part of its prompt that a worker has not read
/// yet counts as requests: <see cref="EnginePoolOptions.AffinityWeight"/> × the part's share of the prompt. So requests that
/// begin alike, turns of a chat among them, go to the worker that has their beginning in its prefix cache, until that has
/// so many requests more than others that these read it sooner themselves. What a worker has read the pool knows from what
/// it sent there, each tenant's by itself, in pieces of about 64 tokens. Of workers that are equal the one with the fewest
/// sequences is taken, then the one that was not taken for longest.
/// </para>
/// <para>
/// A sequence stays on the worker that it was opened on; its state moves to another by
/// <see cref="ISequence.GetStateAsync"/> and <see cref="ISequence.SetState"/>. Many texts to embed are divided.
/// </para>
/// <para>
/// A worker is lost when it throws <see cref="WorkerLostException"/>, or <see cref="ObjectDisposedException"/> though the
/// pool did not dispose of it. It is disposed of and started again, after a wait that grows. Requests that it had go to
/// another worker, once, where nothing of their answer has come yet; else they end with
/// <see cref="WorkerLostException"/>, as do its sequences. While no worker lives, requests wait for one, and end with
/// that exception when all are given up.
/// </para>
/// </remarks>
public sealed partial class EnginePool : IInferenceEngine
{
    /// <summary>Texts for which it is worth while to ask one worker more.</summary>
    private const int TextsPerWorker = 16;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposal = new();
    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly EnginePoolOptions _options;
    private readonly PoolWorker[] _workers;
    private readonly PrefixMap _prefixes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<Task> _restarts = [];
    private TaskCompletionSource _change = NewSignal();
    private EngineMetrics _past = EngineMetrics.None;
    private long _choices;
    private int _waiting;
    private bool _isDisposed;

    private EnginePool(
        IEnumerable<PoolWorker> workers, IInferenceEngine first, EnginePoolOptions options, TimeProvider time, ILogger logger)
    {
        _workers = [.. workers];
        _options = options;
        _prefixes = new(options.RememberedPieces);
        _time = time;
        _logger = logger;
        Model = first.Model;
        Tokenizer = new PooledTokenizer(this, first.Tokenizer);
        ContextSize = _workers.Min(worker => worker.Engine!.ContextSize);
        DefaultGeneration = first.DefaultGeneration;
    }

    /// <inheritdoc/>
    public ModelInfo Model { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>How many tokens a sequence holds at most: of the worker with the smallest context.</summary>
    public int ContextSize { get; }

    /// <summary>The options of requests that bring none: the first worker's.</summary>
    public GenerationOptions DefaultGeneration { get; }

    private bool IsDisposed => Volatile.Read(ref _isDisposed);

    /// <summary>
    /// Starts the workers, one after the other: so each gets its memory while no other takes any, a model that has to be
    /// quantized is so once, and what is wrong with all shows with the first.
    /// </summary>
    /// <param name="workers">
    /// What starts each worker, from 1 to 64, all with the same model file; also again after it was lost. The pool disposes
    /// of what they return.
    /// </param>
    /// <param name="options">How workers are chosen and started again; null for the defaults.</param>
    /// <param name="loggerFactory">Where log lines go; null for nowhere.</param>
    /// <param name="timeProvider">The clock of the restarts; null for the system's.</param>
    /// <param name="cancellationToken">Stops the start; what was started is disposed of.</param>
    /// <returns>The pool, which the caller disposes of.</returns>
    /// <exception cref="ArgumentException">
    /// There are no workers, more than 64, or one of another model than the first; or the options have faults, all of which
    /// the message lists.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>Whatever a worker throws when it starts comes through as it is.</remarks>
    public static async Task<EnginePool> StartAsync(
        IReadOnlyList<Func<CancellationToken, Task<IInferenceEngine>>> workers,
        EnginePoolOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        options ??= new();
        Fault.Throw(options.Faults(), nameof(options));
        if (workers.Count is 0 or > PrefixMap.MaxWorkers || workers.Contains(null))
        {
            throw new ArgumentException(
                $"There were {workers.Count} workers; give from 1 to {PrefixMap.MaxWorkers}, none of them null.", nameof(workers));
        }

        var time = timeProvider ?? TimeProvider.System;
        List<PoolWorker> started = [];
        try
        {
            foreach (var start in workers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var worker = new PoolWorker(started.Count, start);
                worker.Engine = await start(cancellationToken).ConfigureAwait(false);
                worker.Started = time.GetTimestamp();
                worker.State = PooledWorkerState.Living;
                started.Add(worker);
                if (FindOtherModel(worker.Engine.Model, started[0].Engine!.Model) is { } other)
                {
                    throw new ArgumentException($"Worker {worker.Index} {other}", nameof(workers));
                }
            }

            var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<EnginePool>();
            return new(started, started[0].Engine!, options, time, logger);
        }
        catch
        {
            foreach (var worker in started)
            {
                await worker.Engine!.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">
    /// The worker was lost after a part of the answer, or twice, or all workers are.
    /// </exception>
    public IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return Generate(prompt, options, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">A worker was lost twice, or all are.</exception>
    public Task<ISequence> OpenSequenceAsync(
        SequenceOptions? options = null, CancellationToken cancellationToken = default) => RunAsync<ISequence>(
            [],
            async lease => new PooledSequence(
                lease, await lease.Engine.OpenSequenceAsync(options, cancellationToken).ConfigureAwait(false)),
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">A worker was lost twice, or all are.</exception>
    public Task<TextScore> ScoreAsync(
        Prompt text, Prompt? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return RunAsync(
            PrefixPieces.Of(_seed, tenant: null, context, text),
            lease => lease.Engine.ScoreAsync(text, context, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">A worker was lost twice, or all are.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs,
        EmbeddingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var parts = Math.Clamp(inputs.Count / TextsPerWorker, 1, Math.Max(1, Engines().Length));
        if (parts == 1)
        {
            return await RunAsync(
                [], lease => lease.Engine.EmbedAsync(inputs, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var vectors = await Task.WhenAll(Enumerable.Range(0, parts).Select(EmbedPartAsync)).ConfigureAwait(false);
        return [.. vectors.SelectMany(part => part)];

        async Task<IReadOnlyList<float[]>> EmbedPartAsync(int part)
        {
            var start = part * inputs.Count / parts;
            var texts = inputs.Skip(start).Take(((part + 1) * inputs.Count / parts) - start).ToArray();
            try
            {
                return await RunAsync(
                    [], lease => lease.Engine.EmbedAsync(texts, options, any.Token), any.Token).ConfigureAwait(false);
            }
            catch
            {
                await any.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>
    /// The workers' together, what lost ones had done among it. Requests that wait while no worker lives are among the queued
    /// ones; a request that went to another worker counts on both.
    /// </summary>
    public EngineMetrics GetMetrics()
    {
        EngineMetrics past;
        lock (_gate)
        {
            past = _past with { QueuedRequests = Volatile.Read(ref _waiting) };
        }

        return Engines().Aggregate(past, (sum, engine) => sum + engine.GetMetrics());
    }

    /// <summary>The workers, as they are now.</summary>
    public ImmutableArray<PooledWorker> GetWorkers()
    {
        lock (_gate)
        {
            return [.. _workers.Select(worker => worker.ToStatus())];
        }
    }

    /// <summary>Disposes of the workers; a restart that is under way ends later.</summary>
    public void Dispose()
    {
        if (Close() is { } engines)
        {
            Array.ForEach(engines, engine => engine.Dispose());
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Close() is { } engines)
        {
            await Task.WhenAll(engines.Select(engine => engine.DisposeAsync().AsTask())).ConfigureAwait(false);
        }

        Task[] restarts;
        lock (_gate)
        {
            restarts = [.. _restarts];
        }

        await Task.WhenAll(restarts).ConfigureAwait(false);
    }

    /// <summary>The engines that live.</summary>
    internal IInferenceEngine[] Engines()
    {
        lock (_gate)
        {
            return [.. _workers.Select(worker => worker.Engine).OfType<IInferenceEngine>()];
        }
    }

    private static string? FindOtherModel(ModelInfo found, ModelInfo asked) =>
        string.Equals(found.Fingerprint, asked.Fingerprint, StringComparison.Ordinal) ? null
            : $"has the model '{found.Name}' ({found.Fingerprint}), and the first has '{asked.Name}' ({asked.Fingerprint}); "
                + "all workers must load the same file.";

    private async IAsyncEnumerable<Token> Generate(
        Prompt prompt, GenerationOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var pieces = PrefixPieces.Of(_seed, (options ?? DefaultGeneration).Tenant, prompt);
        for (var isRetry = false; ; isRetry = true)
        {
            PoolLease? rented = null;
            try
            {
                rented = await RentAsync(pieces, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when ((options ?? DefaultGeneration).OnCancel == CancellationBehavior.Finish)
            {
            }

            if (rented is not { } lease)
            {
                yield return new(-1, "", FinishReason.Cancelled, new()
                {
                    PromptTokens = 0,
                    GeneratedTokens = 0,
                    TimeToFirstToken = TimeSpan.Zero,
                    Duration = _time.GetElapsedTime(started),
                });
                yield break;
            }

            using var returning = lease;
            IAsyncEnumerator<Token>? stream = null;
            var isStreamed = false;
            try
            {
                while (true)
                {
                    try
                    {
                        stream ??= lease.Engine.GenerateAsync(prompt, options, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
                        if (!await stream.MoveNextAsync().ConfigureAwait(false))
                        {
                            yield break;
                        }
                    }
                    catch (Exception e) when (MayBeLoss(e))
                    {
                        await ThrowIfFinalAsync(lease, e, isFinal: isStreamed || isRetry).ConfigureAwait(false);
                        break;
                    }

                    isStreamed = true;
                    yield return stream.Current;
                }
            }
            finally
            {
                if (stream is not null)
                {
                    await stream.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<T> RunAsync<T>(
        ulong[] pieces, Func<PoolLease, Task<T>> request, CancellationToken cancellationToken)
    {
        for (var isRetry = false; ; isRetry = true)
        {
            using var lease = await RentAsync(pieces, cancellationToken).ConfigureAwait(false);
            try
            {
                return await request(lease).ConfigureAwait(false);
            }
            catch (Exception e) when (MayBeLoss(e))
            {
                await ThrowIfFinalAsync(lease, e, isFinal: isRetry).ConfigureAwait(false);
            }
        }
    }
}
