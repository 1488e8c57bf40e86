using Lamina.Bindings;
using LLama.Native;
using Microsoft.Extensions.Logging;

namespace Lamina.LLamaSharp;

/// <summary>Loads LLamaSharp's native libraries, once for the process, and takes their log lines over.</summary>
internal static class NativeStart
{
    private static readonly Lazy<bool> Started = new(Load);

    /// <summary>Loads them, where that was not done yet.</summary>
    /// <exception cref="NativeLibraryException">They are missing, or others are loaded.</exception>
    public static void Run() => _ = Started.Value;

    private static bool Load()
    {
        NativeOwner.Claim("LLamaSharp");
        NativeLogConfig.llama_log_set(OnLine);
        try
        {
            NativeApi.llama_empty_call();
            return true;
        }
        catch (TypeInitializationException e)
        {
            throw new NativeLibraryException("LLamaSharp found no native libraries that it could load. Reference a backend of "
                + "the same release, such as LLamaSharp.Backend.Cpu, or name the files with "
                + $"LLama.Native.NativeLibraryConfig. It said: {e.InnerException?.Message}", e);
        }
    }

    private static void OnLine(LLamaLogLevel level, string text) =>
        NativeLog.Write(level == LLamaLogLevel.Continue ? null : ToLogLevel(level), text);

    // The library's "info" is a page of text for each model: detail, by .NET's measure.
    private static LogLevel ToLogLevel(LLamaLogLevel level) => level switch
    {
        LLamaLogLevel.Debug => LogLevel.Trace,
        LLamaLogLevel.Info => LogLevel.Debug,
        LLamaLogLevel.Warning => LogLevel.Warning,
        LLamaLogLevel.Error => LogLevel.Error,
        _ => LogLevel.None,
    };
}
