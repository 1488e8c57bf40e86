using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>Sends log lines to the application.</summary>
/// <param name="connection">The way there.</param>
/// <param name="least">The least level that the application wants.</param>
internal sealed class WorkerLoggerFactory(WorkerConnection connection, LogLevel least) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Log lines go to the application.");

    public ILogger CreateLogger(string categoryName) => new Logger(connection, least, categoryName);

    public void Dispose()
    {
        // The connection belongs to another.
    }

    private sealed class Logger(WorkerConnection connection, LogLevel least, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var text = formatter(state, exception) + (exception is null ? "" : $"\n{exception}");
                _ = connection.SendAsync(WorkerMessage.NoRequest, new WorkerMessage.Log(category, logLevel, eventId.Id, text));
            }
        }
    }
}
