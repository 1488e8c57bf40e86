using System.Collections.Concurrent;
using System.Diagnostics;

namespace Lamina.LlamaCpp.Tests.Gguf;

/// <summary>A process that loads files and may end over one.</summary>
internal sealed class ProbeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly BlockingCollection<string> _answers = [];
    private readonly ConcurrentQueue<string> _errors = new();

    public ProbeProcess(string folder)
    {
        var probe = Path.Combine(AppContext.BaseDirectory, "Lamina.LoadProbe.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [probe, folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GGML_NO_BACKTRACE"] = "1"; // else a debugger is started over a dying process
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _answers.CompleteAdding();
            }
            else
            {
                _answers.Add(line.Data);
            }
        };
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>False once the process has ended or been given up.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Loads one file.</summary>
    /// <returns>The probe's answer, or how the process ended.</returns>
    public string Ask(int seed, string source)
    {
        _process.StandardInput.WriteLine($"{seed}\t{source}");
        _process.StandardInput.Flush();
        if (_answers.TryTake(out var answer, Patience))
        {
            return answer;
        }

        IsAlive = false;
        if (!_answers.IsAddingCompleted)
        {
            _process.Kill();
            return $"hung for {Patience.TotalSeconds} s";
        }

        _process.WaitForExit();
        return $"crashed with {_process.ExitCode}: {string.Join(' ', _errors)}";
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
        _answers.Dispose();
    }
}
