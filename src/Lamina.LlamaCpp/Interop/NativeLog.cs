using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Sends llama.cpp's log lines to the loggers of the runtimes that are alive, and keeps the error lines of a thread
/// while someone on it asks for them. llama.cpp knows one log callback in a process.
/// </summary>
internal static unsafe class NativeLog
{
    private const int ContinueLevel = 5;
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

    public static void Install() => Native.llama_log_set(&OnLine, 0);

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

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLine(int level, byte* text, nint userData)
    {
        try
        {
            Write(level, Marshal.PtrToStringUTF8((nint)text) ?? "");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A logger's own failure must not unwind through native frames, and there is no one to tell.
        }
    }

    private static void Write(int level, string text)
    {
        var line = _line ??= new();
        if (level != ContinueLevel)
        {
            _lineLevel = ToLogLevel(level);
        }

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

    // llama.cpp's "info" is a page of text for each model: detail, by .NET's measure.
    private static LogLevel ToLogLevel(int level) => level switch
    {
        1 => LogLevel.Trace,
        2 => LogLevel.Debug,
        3 => LogLevel.Warning,
        4 => LogLevel.Error,
        _ => LogLevel.None,
    };
}
