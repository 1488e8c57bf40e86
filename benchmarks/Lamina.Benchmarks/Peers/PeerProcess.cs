using System.ComponentModel;
using System.Diagnostics;

namespace Lamina.Benchmarks.Peers;

/// <summary>The process of a peer. Its last words are kept, since they say why it failed.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private const int LinesKept = 5;

    private readonly Process _process;
    private readonly Queue<string> _errors = [];

    private PeerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="path">The program, or an assembly that <c>dotnet</c> runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="PeerException">It cannot be started.</exception>
    public static PeerProcess Start(string path, params string[] arguments)
    {
        var isAssembly = Path.GetExtension(path) is ".dll";
        var start = new ProcessStartInfo(
            isAssembly ? Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet" : path,
            isAssembly ? [path, .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"'{path}' cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="PeerException">It ended with an error.</exception>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var output = await Output.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode == 0 ? output : throw Failure($"it ended with exit code {_process.ExitCode}");
    }

    /// <summary>A failure, with the last lines that it wrote.</summary>
    public PeerException Failure(string what)
    {
        lock (_errors)
        {
            return new(_errors.Count == 0 ? what : $"{what}; its last lines: {string.Join(" | ", _errors)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_errors)
        {
            _errors.Enqueue(line.Trim());
            if (_errors.Count > LinesKept)
            {
                _errors.Dequeue();
            }
        }
    }
}
