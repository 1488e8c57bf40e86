using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lamina.Benchmarks.Soak;

/// <summary>Counts what the engine logs from warnings on. An error is a fault of its own.</summary>
internal sealed class SoakLog : ILoggerFactory, ILogger
{
    /// <summary>What llama.cpp says of a batch that was aborted since nobody waits for it any more.</summary>
    private static readonly string[] Aborts =
    [
        "graph_compute_async failed with error 1",
        "failed to compute graph, compute status: 1",
        "failed to decode, ret = 2",
    ];

    /// <summary>What it says of each of that batch's sequences.</summary>
    private const string Removal = "removing memory module entries";

    private readonly ConcurrentDictionary<string, int> _warnings = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>How often each warning came.</summary>
    public IReadOnlyDictionary<string, int> Warnings => _warnings;

    /// <summary>The errors.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        if (text.Contains(Removal, StringComparison.Ordinal))
        {
            return;
        }

        if (logLevel >= LogLevel.Error && !Array.Exists(Aborts, text.Contains))
        {
            _errors.Enqueue($"{text} {exception}");
        }
        else if (logLevel >= LogLevel.Warning)
        {
            var template = (state as IReadOnlyList<KeyValuePair<string, object?>>)?[^1].Value as string;
            template = template is null or "{NativeLine}" ? text : template;
            _warnings.AddOrUpdate(
                exception is null ? template : $"{template} ({exception.Message})", 1, static (_, count) => count + 1);
        }
    }

    public void Dispose()
    {
    }
}
