using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>The process of a worker.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptLines = 20;

    /// <summary>How long an end may take to show once the pipes are closed, and its last lines to come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TimeSpan _stopTimeout;
    private readonly ILogger _logger;
    private readonly Queue<string> _lastLines = [];

    private ChildProcess(Process process, TimeSpan stopTimeout, ILogger logger)
    {
        _process = process;
        _stopTimeout = stopTimeout;
        _logger = logger;
        Id = process.Id;
        process.ErrorDataReceived += (_, line) => OnError(line.Data);
        process.BeginErrorReadLine();
    }

    public int Id { get; }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts the process.</summary>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    /// <exception cref="LaminaException">It could not be started for another reason.</exception>
    public static ChildProcess Start(WorkerOptions options, ILogger logger)
    {
        string[] words = [.. options.Launcher, .. WorkerProcess.CommandOf(options.FileName), .. options.Arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in options.Environment.SetItem(WorkerProcess.Variable, "1"))
        {
            start.Environment[name] = value;
        }

        try
        {
            return new(Process.Start(start)!, options.StopTimeout, logger);
        }
        catch (Win32Exception e)
        {
            const int noSuchFile = 2;
            throw e.NativeErrorCode == noSuchFile
                ? new FileNotFoundException($"The worker's program '{words[0]}' is not there.", words[0], e)
                : new LaminaException("start worker", $"The worker's program '{words[0]}' could not be started: {e.Message}", e.NativeErrorCode, e);
        }
    }

    /// <summary>Waits for the process to end by itself, since its input ends, and kills it where it does not.</summary>
    public async Task StopAsync()
    {
        if (!await EndsWithinAsync(_stopTimeout).ConfigureAwait(false))
        {
            _logger.LogWarning("The worker process {Process} did not end within {Time}; it is killed.", Id, _stopTimeout);
            Kill();
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }

    /// <summary>What the loss of the process is to a caller. It is killed where it still runs.</summary>
    /// <param name="fault">What was wrong with what came from it; null where nothing was.</param>
    public async Task<Func<Exception>> FindLossAsync(Exception? fault)
    {
        if (fault is not null || !await EndsWithinAsync(Patience).ConfigureAwait(false))
        {
            Kill();
        }

        await EndsWithinAsync(Patience).ConfigureAwait(false);
        string lines;
        lock (_lastLines)
        {
            lines = string.Join('\n', _lastLines);
        }

        int? exitCode = _process.HasExited ? _process.ExitCode : null;
        var how = fault?.Message ?? DescribeEnd(exitCode);
        var message = $"The worker process {Id} is lost: {how}{(lines.Length > 0 ? $" It said last:\n{lines}" : "")}";
        return () => new WorkerLostException(message, exitCode, lines, fault);
    }

    public void Dispose() => _process.Dispose();

    private static string DescribeEnd(int? exitCode)
    {
        const int signalled = 128;
        const int kill = 9;
        return exitCode switch
        {
            null => "it closed its output.",
            > signalled when !OperatingSystem.IsWindows() => string.Create(
                CultureInfo.InvariantCulture,
                $"signal {exitCode - signalled} ended it{(exitCode == signalled + kill ? ", as somebody's kill does, or the system's for want of memory" : "")}."),
            _ => string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {exitCode}."),
        };
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var timeout = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return _process.HasExited;
        }
    }

    private void OnError(string? line)
    {
        if (line is not null)
        {
            lock (_lastLines)
            {
                _lastLines.Enqueue(line);
                if (_lastLines.Count > KeptLines)
                {
                    _lastLines.Dequeue();
                }
            }

            _logger.LogDebug("Worker process {Process}: {Line}", Id, line);
        }
    }
}
