using System.Diagnostics;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/pools-and-workers.md.</summary>
public sealed class PoolsAndWorkersTests : PageFixture
{
    /// <summary>In a program of its own, which is started once more for each worker.</summary>
    [Test]
    public async Task PoolOfProcesses_Answers()
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Lamina.WorkerProbe.dll"), "pool"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var program = Process.Start(start)!;
        Assert.That(await program.StandardOutput.ReadToEndAsync(), Does.Contain("time"));
        await program.WaitForExitAsync();
        Assert.That(program.ExitCode, Is.Zero);
    }

    [Test]
    public async Task PoolOfEngines_Answers()
    {
        await using var several = await EnginePool.StartAsync(
        [
            async token => await LlamaCpp.LoadAsync("model.gguf", new() { Threads = 1 }, cancellationToken: token),
            async token => await LlamaCpp.LoadAsync("model.gguf", new() { Threads = 1 }, cancellationToken: token),
        ]);
        foreach (var worker in several.GetWorkers())
            Console.WriteLine($"{worker.Index}: {worker.State}, {worker.RunningRequests} requests, lost {worker.Losses} times");

        Assert.That(several.GetWorkers().Select(worker => worker.State), Is.EqualTo([PooledWorkerState.Living, PooledWorkerState.Living]));
        Assert.That((await several.CompleteAsync("Once upon a", new() { MaxTokens = 3, Sampling = new() { Temperature = 0 } })).Text, Does.Contain("time"));
    }
}
