using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>The process of a <see cref="WorkerEngine"/>, seen from within.</summary>
public static class WorkerProcess
{
    /// <summary>Set in a process that is to be a worker.</summary>
    internal const string Variable = "LAMINA_WORKER";

    /// <summary>How long the engine may take to end once the application is gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether this process was started to be a worker, and <see cref="RunAsync"/> was not called yet.</summary>
    public static bool IsWorker => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>The version that both sides must have.</summary>
    internal static string Version { get; } =
        typeof(WorkerProcess).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>
    /// Works for the application that started this process, until that disposes of the engine or is gone. Standard input and
    /// output are the connection to it: what the process writes to the console goes to standard error meanwhile.
    /// </summary>
    /// <param name="load">
    /// Loads the model, given its file, the options, whom to tell the part that is loaded, and where log lines go:
    /// <c>LlamaCpp.LoadAsync</c>, or a method of the application's own, which may add to the options what cannot come from
    /// another process, such as samplers.
    /// </param>
    /// <returns>The exit code of the process: 0, or 1 where the connection was broken.</returns>
    /// <exception cref="InvalidOperationException">The process was not started to be a worker.</exception>
    public static async Task<int> RunAsync(
        Func<string, EngineOptions?, IProgress<float>?, ILoggerFactory?, CancellationToken, Task<IInferenceEngine>> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        if (!IsWorker)
        {
            throw new InvalidOperationException(
                "This process was not started to be a worker; call RunAsync only where WorkerProcess.IsWorker says that it was.");
        }

        // What this process starts is no worker by that.
        Environment.SetEnvironmentVariable(Variable, null);

        // A terminal's interrupt goes to all of its processes, and the application decides what it means.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
#pragma warning disable RS0030 // A worker's standard input and output are its connection.
        var (input, output) = (Console.OpenStandardInput(), Console.OpenStandardOutput());
        Console.SetOut(Console.Error);
#pragma warning restore RS0030

        var host = new WorkerHost(input, output, load);
        var isWhole = true;
        try
        {
            await host.Closed.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            isWhole = false;
#pragma warning disable RS0030 // The application reads a worker's standard error.
            await Console.Error.WriteLineAsync($"The connection is broken: {e.Message}").ConfigureAwait(false);
#pragma warning restore RS0030
        }

        // An application that is gone cannot end a computation that does not heed its cancellation.
        using var watchdog = new Timer(_ => Environment.Exit(1), null, Patience, Timeout.InfiniteTimeSpan);
        await host.DisposeAsync().ConfigureAwait(false);
        return isWhole ? 0 : 1;
    }

    /// <summary>The words that start a program, or this application where none is named.</summary>
    internal static string[] CommandOf(string? fileName)
    {
        if (fileName is not null)
        {
            return [fileName];
        }

        var program = Environment.ProcessPath ?? throw new PlatformNotSupportedException(
            "The path of this application cannot be found; name a program in WorkerOptions.FileName.");
        return string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? [program, Environment.GetCommandLineArgs()[0]]
            : [program];
    }

    /// <exception cref="InvalidOperationException">This process is a worker that goes on as the application.</exception>
    internal static void ThrowIfNotRun()
    {
        if (IsWorker)
        {
            throw new InvalidOperationException(
                "This process was started to be a worker and starts one itself. Its Main has to begin with: "
                + "if (WorkerProcess.IsWorker) return await WorkerProcess.RunAsync(LlamaCpp.LoadAsync);");
        }
    }
}
