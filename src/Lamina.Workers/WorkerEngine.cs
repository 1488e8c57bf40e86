using System.Runtime.InteropServices;
using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tokens;
using Lamina.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lamina.Workers;

/// <summary>
/// An engine in a process of its own, with memory, threads and fate of its own: what ends that process ends nothing here
/// but the engine's requests, with <see cref="WorkerLostException"/>. An <see cref="EnginePool"/> starts it again.
/// </summary>
/// <remarks>
/// <para>
/// The process is this application once more, so its <c>Main</c> has to begin with
/// <c>if (WorkerProcess.IsWorker) return await WorkerProcess.RunAsync(LlamaCpp.LoadAsync);</c>. It ends with the engine,
/// and with the process that started it. Its log lines come to the logger here, its standard error too, as debug lines.
/// </para>
/// <para>
/// It does all that an engine does. Options that hold code do not go there: <see cref="GenerationOptions.Samplers"/>, and
/// the forms of replies with tools or reasoning. <see cref="ITokenizer.Encode"/>, and those members of sequences that are no
/// tasks, wait for the process on the calling thread, which takes about a tenth of a millisecond. Meters and traces are the
/// worker's own.
/// </para>
/// </remarks>
public sealed class WorkerEngine : IInferenceEngine
{
    private readonly ChildProcess _child;
    private readonly WorkerClient _client;
    private readonly Lock _gate = new();
    private EngineMetrics _metrics = new(0, 0, 0, 0, 0, 0, 0, 0);
    private Task? _disposal;
    private int _lastSequence;

    private WorkerEngine(
        ChildProcess child, WorkerClient client, EngineOptions options, WorkerMessage.Loaded loaded, ReadOnlySpan<byte> tokens)
    {
        _child = child;
        _client = client;
        Model = loaded.Model;
        ContextSize = loaded.ContextSize;
        DefaultGeneration = options.Generation ?? new();
        Tokenizer = new WorkerTokenizer(client, loaded.Vocabulary, tokens);
    }

    /// <inheritdoc/>
    public ModelInfo Model { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public int ContextSize { get; }

    /// <inheritdoc/>
    public GenerationOptions DefaultGeneration { get; }

    /// <summary>The number of the process.</summary>
    public int ProcessId => _child.Id;

    private bool IsDisposed => Volatile.Read(ref _disposal) is not null;

    /// <summary>Starts a process, and loads a model in it.</summary>
    /// <param name="modelPath">The model's file, as the process finds it.</param>
    /// <param name="options">Sizes and threads; null for the defaults.</param>
    /// <param name="worker">How the process is started and ended; null for the defaults.</param>
    /// <param name="progress">Told the part that is loaded, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="loggerFactory">Where log lines go, the worker's among them; null for nowhere.</param>
    /// <param name="cancellationToken">Stops it; the process is killed.</param>
    /// <returns>The engine, which the caller disposes of.</returns>
    /// <exception cref="NotSupportedException">The options hold code: samplers, a scheduling policy of the application's own,
    /// or an importance matrix.</exception>
    /// <exception cref="FileNotFoundException">There is no such program, or no such model.</exception>
    /// <exception cref="InvalidOperationException">
    /// This process is a worker itself and did not call <see cref="WorkerProcess.RunAsync"/>.
    /// </exception>
    /// <exception cref="WorkerLostException">The process ended before the model was loaded.</exception>
    /// <exception cref="LaminaException">
    /// The process could not be started, did not answer in time, or has another version of Lamina.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>What the load throws in the process is thrown here; see <see cref="InferenceEngine.LoadAsync"/>.</remarks>
    public static async Task<WorkerEngine> StartAsync(
        string modelPath,
        EngineOptions? options = null,
        WorkerOptions? worker = null,
        IProgress<float>? progress = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelPath);
        options ??= new();
        worker ??= new();
        Fault.Throw(worker.Faults(), nameof(worker));
        Portable.Check(options);
        WorkerProcess.ThrowIfNotRun();
        cancellationToken.ThrowIfCancellationRequested();

        var loggers = loggerFactory ?? NullLoggerFactory.Instance;
        var logger = loggers.CreateLogger("Lamina.Workers");
        var child = ChildProcess.Start(worker, logger);
        var client = new WorkerClient(child, loggers);
        try
        {
            await GreetAsync(client, worker, cancellationToken).ConfigureAwait(false);
            var call = client.CallAsync(
                new WorkerMessage.Load(modelPath, options, LevelOf(logger)), new(progress), CancellationToken.None);
            var (message, bytes) = await call.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new(child, client, options, (WorkerMessage.Loaded)message, bytes);
        }
        catch
        {
            client.Kill();
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">The process ended.</exception>
    public IAsyncEnumerable<Token> GenerateAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Portable.Check(options);
        return WorkerStream.ReadAsync(_client, null, null, prompt, options, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">The process ended.</exception>
    public async Task<ISequence> OpenSequenceAsync(
        SequenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var number = NextSequence();
        await _client.CallAsync(new WorkerMessage.Open(number, options), cancellationToken).ConfigureAwait(false);
        return new WorkerSequence(this, _client, number, []);
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">The process ended.</exception>
    public async Task<TextScore> ScoreAsync(
        Prompt text, Prompt? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var answer = await _client
            .CallAsync(new WorkerMessage.Score(null, text, context), cancellationToken).ConfigureAwait(false);
        return ((WorkerMessage.Scored)answer.Message).Found;
    }

    /// <inheritdoc/>
    /// <exception cref="WorkerLostException">The process ended.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<Prompt> inputs,
        EmbeddingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var (message, bytes) = await _client
            .CallAsync(new WorkerMessage.Embed(inputs, options), cancellationToken).ConfigureAwait(false);
        var count = ((WorkerMessage.Vectors)message).Count;
        return count == 0 ? [] : [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Chunk(bytes.Length / sizeof(float) / count)];
    }

    /// <inheritdoc/>
    /// <remarks>Asks the process; once that is gone, what it said last.</remarks>
    public EngineMetrics GetMetrics()
    {
        try
        {
            var found = ((WorkerMessage.Measured)_client.Call(new WorkerMessage.Measure()).Message).Metrics;
            Interlocked.Exchange(ref _metrics, found);
        }
        catch (Exception e) when (e is WorkerLostException or ObjectDisposedException)
        {
            Interlocked.Exchange(ref _metrics, _metrics with { RunningRequests = 0, QueuedRequests = 0, CellsInUse = 0 });
        }

        return _metrics;
    }

    /// <summary>Ends all requests; the process ends soon after.</summary>
    public void Dispose() => _ = StopAsync();

    /// <summary>Ends all requests, and waits for the process to end.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>A number for a new sequence.</summary>
    internal int NextSequence() => Interlocked.Increment(ref _lastSequence);

    private static async Task GreetAsync(WorkerClient client, WorkerOptions worker, CancellationToken cancellationToken)
    {
        string version;
        try
        {
            version = await client.Hello.WaitAsync(worker.StartTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new LaminaException(
                "start worker",
                $"The worker process did not answer within {worker.StartTimeout}. Its Main has to begin with "
                    + "WorkerProcess.IsWorker and WorkerProcess.RunAsync.",
                innerException: e);
        }

        if (!string.Equals(version, WorkerProcess.Version, StringComparison.Ordinal))
        {
            throw new LaminaException(
                "start worker",
                $"The worker process has version {version} of Lamina.Workers, and this one {WorkerProcess.Version}; they must be the same.");
        }
    }

    private static LogLevel LevelOf(ILogger logger) =>
        Enum.GetValues<LogLevel>().FirstOrDefault(logger.IsEnabled, LogLevel.None);

    private Task StopAsync()
    {
        lock (_gate)
        {
            return _disposal ??= _client.DisposeAsync().AsTask();
        }
    }
}
