using System.Diagnostics;

namespace Lamina.Benchmarks.Tests;

/// <summary>Runs the benchmarks as a person does: in a process of their own.</summary>
internal static class BenchmarksProcess
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Lamina.Benchmarks.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Peers that are on this machine by chance are none of the tests'; dotnet is.
        start.Environment["PATH"] = Path.GetDirectoryName(Environment.ProcessPath);
        start.Environment.Remove("LAMINA_LLAMA_SERVER");
        start.Environment.Remove("LAMINA_LLAMA_BENCH");
        start.Environment.Remove("LAMINA_LLAMASHARP");
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
