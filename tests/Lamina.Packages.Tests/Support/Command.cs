using System.Diagnostics;
using System.Text;

namespace Lamina.Packages.Tests.Support;

/// <summary>Runs programs, most often dotnet, in an environment that nothing of these tests' own build is left in.</summary>
internal static class Command
{
    /// <summary>The dotnet that runs these tests.</summary>
    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables to set; those with a null are taken away.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="AssertionException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(
        string file,
        string[] arguments,
        string folder,
        IReadOnlyDictionary<string, string?>? environment = null,
        CancellationToken cancellationToken = default)
    {
        var output = new StringBuilder();
        using var process = Start(file, arguments, folder, environment);
        try
        {
            await Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.That(process.ExitCode, Is.Zero, $"{file} {string.Join(' ', arguments)}\n{output}");
        return output.ToString();

        async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                lock (output)
                {
                    output.AppendLine(line);
                }
            }
        }
    }

    /// <summary>Starts a program, whose output the caller reads.</summary>
    public static Process Start(
        string file, string[] arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
