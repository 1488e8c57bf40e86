using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.Bindings;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp.Interop;

/// <summary>Passes llama.cpp's log lines on.</summary>
internal static unsafe class NativeLogLines
{
    private const int ContinueLevel = 5;

    public static void Install() => Native.llama_log_set(&OnLine, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLine(int level, byte* text, nint userData) =>
        NativeLog.Write(level == ContinueLevel ? null : ToLogLevel(level), Marshal.PtrToStringUTF8((nint)text) ?? "");

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
