using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Lamina.Bindings;

/// <summary>
/// Sends native log lines to the loggers of the runtimes that are alive, and keeps the error lines of a thread while
/// someone on it asks for them. Native code knows one log callback in a process.
/// </summary>
internal static class NativeLog
{
    private const int KeptLines = 4;

    private static ImmutableArray<ILogger> _loggers = [];

    [ThreadStatic]
    private static StringBuilder? _line;

    [ThreadStatic]
    private static LogLevel _lineLevel;

    [ThreadStatic]
    private static List<string>? _errors;

    [ThreadStatic]
    private static bool _keepsErrors;

    public static void Add(ILogger logger) =>
        ImmutableInterlocked.Update(ref _loggers, static (loggers, added) => loggers.Add(added), logger);

    public static void Remove(ILogger logger) =>
        ImmutableInterlocked.Update(ref _loggers, static (loggers, gone) => loggers.Remove(gone), logger);

    /// <summary>Starts to keep this thread's error lines.</summary>
    public static void BeginErrors()
    {
        _errors?.Clear();
        _keepsErrors = true;
    }

    /// <summary>Ends it. Allocates nothing where no error came: each batch asks.</summary>
    /// <returns>The last lines, joined; empty where none came.</returns>
    public static string EndErrors()
    {
        _keepsErrors = false;
        return _errors is { Count: > 0 } errors ? string.Join(" | ", errors.TakeLast(KeptLines)) : "";
    }

    /// <summary>Called from native code with a part of a line, so it lets nothing out.</summary>
    /// <param name="level">The line's level; null where the text goes on with it.</param>
    /// <param name="text">The text.</param>
    public static void Write(LogLevel? level, string text)
    {
        try
        {
            WritePart(level, text);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A logger's own failure must not unwind through native frames, and there is no one to tell.
        }
    }

    private static void WritePart(LogLevel? level, string text)
    {
        var line = _line ??= new();
        _lineLevel = level ?? _lineLevel;

        line.Append(text);
        if (line.Length == 0 || line[^1] != '\n')
        {
            return;
        }

        var message = line.ToString().TrimEnd();
        line.Clear();
        if (message.Length == 0)
        {
            return;
        }

        if (_keepsErrors && _lineLevel >= LogLevel.Error)
        {
            (_errors ??= []).Add(message);
        }

        foreach (var logger in _loggers)
        {
            logger.Log(_lineLevel, "{NativeLine}", message);
        }
    }
}
