using System.Diagnostics;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>Runs a sample, as built beside these tests, in a process of its own.</summary>
internal static class SampleProcess
{
    public static async Task<SampleResult> RunAsync(
        string sample,
        string[] arguments,
        string? input = null,
        string? nativePath = null,
        CancellationToken cancellationToken = default)
    {
        using var process = Start(sample, arguments, nativePath);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new SampleResult(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    public static Process Start(string sample, string[] arguments, string? nativePath = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Find(sample) },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (nativePath is not null)
        {
            start.Environment["LAMINA_NATIVE_PATH"] = nativePath;
        }

        return Process.Start(start)!;
    }

    private static string Find(string sample)
    {
        // <repository>/tests/<project>/bin/<configuration>/<framework>/
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = framework.Parent!;
        var repository = configuration.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(
            repository.FullName, "samples", sample, "bin", configuration.Name, framework.Name, sample + ".dll");
    }
}
