using System.Diagnostics;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>Runs a sample, as built beside these tests, in a process of its own.</summary>
internal static class SampleProcess
{
    private const string Terminal = "/usr/bin/script";

    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    // <repository>/tests/<project>/bin/<configuration>/<framework>/
    private static readonly DirectoryInfo Framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The folder of the samples.</summary>
    public static string Folder { get; } =
        Path.Combine(Framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "samples");

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

    /// <summary>Runs a sample on a terminal of 80 columns; its output is all that went there. The test is skipped where nothing makes one.</summary>
    public static async Task<SampleResult> RunOnTerminalAsync(string sample, string[] arguments, string[] keys, CancellationToken cancellationToken = default)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Terminal))
        {
            Assert.Ignore($"A terminal is made by {Terminal}, which is not here.");
        }

        var command = string.Join(' ', ((string[])[Host, Find(sample), .. arguments]).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo(Terminal)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--quiet", "--return", "--command", $"stty cols 80; {command}", "/dev/null" },
            Environment = { ["TERM"] = "xterm" },
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            foreach (var key in keys)
            {
                await process.StandardInput.WriteAsync(key.AsMemory(), cancellationToken);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new SampleResult(process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
        }
        finally
        {
            process.Kill();
        }
    }

    public static Process Start(string sample, string[] arguments, string? nativePath = null)
    {
        var start = new ProcessStartInfo(Host)
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

    private static string Find(string sample) =>
        Path.Combine(Folder, sample, "bin", Framework.Parent!.Name, Framework.Name, sample + ".dll");
}
