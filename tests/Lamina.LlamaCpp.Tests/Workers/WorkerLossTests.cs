using System.Diagnostics;
using Lamina.Tokens;
using Lamina.Workers;

namespace Lamina.LlamaCpp.Tests.Workers;

/// <summary>Processes that do not start, or end before their time.</summary>
internal sealed class WorkerLossTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Start_WhatTheLoadRefuses_IsThrownHere()
    {
        var folder = Directory.CreateTempSubdirectory("lamina-workers");
        var junk = Path.Combine(folder.FullName, "junk.gguf");
        await File.WriteAllTextAsync(junk, "This is no model.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await Probes.StartAsync(model: Path.Combine(folder.FullName, "none.gguf")),
                Throws.TypeOf<FileNotFoundException>().With.Property("FileName").EndsWith("none.gguf"));
            Assert.That(
                async () => await Probes.StartAsync(model: junk),
                Throws.TypeOf<GgufException>().With.Property("Path").EqualTo(junk).And.Message.StartsWith($"'{junk}' cannot be used: "));
            Assert.That(
                async () => await Probes.StartAsync(new() { Threads = 0 }),
                Throws.ArgumentException.With.Message.Contains("EngineOptions.Threads was 0").And.Property("ParamName").EqualTo("options"));
            Assert.That(
                async () => await Probes.StartAsync(new() { MemoryLimit = 1 }),
                Throws.TypeOf<MemoryLimitException>().With.Property("LimitBytes").EqualTo(1));
        }

        folder.Delete(recursive: true);
    }

    [Test]
    public void Start_ProgramThatIsNotThere_SaysSo() => Assert.That(
        async () => await WorkerEngine.StartAsync("x.gguf", worker: new() { FileName = "/no/such/program" }),
        Throws.TypeOf<FileNotFoundException>().With.Message.Contains("/no/such/program"));

    [Test]
    public void Start_ProgramThatEnds_SaysHowAndItsLastWords() => Assert.That(
        async () => await WorkerEngine.StartAsync("x.gguf", worker: Probes.Worker("exit")),
        Throws.TypeOf<WorkerLostException>()
            .With.Property("ExitCode").EqualTo(3)
            .And.Property("ErrorOutput").EqualTo("my last words")
            .And.Message.Contains("exit code 3"));

    [Test]
    public void Start_ProgramThatWritesSomethingElse_SaysWhat() => Assert.That(
        async () => await WorkerEngine.StartAsync("x.gguf", worker: Probes.Worker("talk")),
        Throws.TypeOf<WorkerLostException>().With.Message.Contains("A banner on standard"));

    [Test]
    public void Start_ProgramThatDoesNotAnswer_IsKilledAfterTheTimeout() => Assert.That(
        async () => await WorkerEngine.StartAsync(
            "x.gguf", worker: Probes.Worker("idle") with { StartTimeout = TimeSpan.FromSeconds(1), StopTimeout = TimeSpan.Zero }),
        Throws.TypeOf<LaminaException>().With.Message.Contains("WorkerProcess.RunAsync"));

    [Test]
    public void Start_ApplicationThatForgetsToBeAWorker_StartsNoMore() => Assert.That(
        async () => await WorkerEngine.StartAsync("x.gguf", worker: Probes.Worker("forget", TestEngines.TinyPath)),
        Throws.TypeOf<WorkerLostException>().With.Message.Contains("Its Main has to begin with"));

    [Test]
    public void Start_OptionsThatCannotTravel_AreNamed()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await Probes.StartAsync(new() { Generation = new() { Samplers = () => throw new NotSupportedException() } }),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("GenerationOptions.Samplers"));
            Assert.That(
                async () => await WorkerEngine.StartAsync("x", worker: new() { FileName = "", StartTimeout = TimeSpan.Zero, Arguments = default }),
                Throws.ArgumentException.With.Message.Contains("FileName was empty")
                    .And.Message.Contains("StartTimeout").And.Message.Contains("Arguments"));
        }
    }

    [Test]
    public void Start_Cancelled_LeavesNoProcess()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(
            async () => await WorkerEngine.StartAsync("x.gguf", worker: Probes.Worker("idle"), cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Generate_ProcessKilled_IsLost()
    {
        await using var engine = await Probes.StartAsync();
        var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync("Hello");
        var tokens = 0;
        var error = await Assert.ThrowsAsync<WorkerLostException>(async () =>
        {
            await foreach (var token in engine.GenerateAsync("Hello", new() { MinTokens = 100 }))
            {
                if (++tokens == 1)
                {
                    Kill(engine.ProcessId);
                }
            }
        });
        Assert.That(error!.Message, Does.Contain($"process {engine.ProcessId}").And.Contains("signal 9"));
        Assert.That(error.ExitCode, Is.EqualTo(137));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await engine.ScoreAsync("x"), Throws.TypeOf<WorkerLostException>());
            Assert.That(() => sequence.Rewind(0), Throws.TypeOf<WorkerLostException>());
            Assert.That(() => engine.Tokenizer.Encode("x"), Throws.TypeOf<WorkerLostException>());
            Assert.That(engine.GetMetrics().RunningRequests, Is.Zero);
        }
    }

    [Test]
    public async Task Dispose_WhileARequestRuns_EndsItAndTheProcess([Values] bool isAsync)
    {
        var engine = await Probes.StartAsync();
        using var process = Process.GetProcessById(engine.ProcessId);
        await using var stream = engine.GenerateAsync("Hello", new() { MinTokens = 100 }).GetAsyncEnumerator();
        await stream.MoveNextAsync();
        if (isAsync)
        {
            await engine.DisposeAsync();
        }
        else
        {
            engine.Dispose();
        }

        Assert.That(
            async () =>
            {
                while (await stream.MoveNextAsync())
                {
                }
            },
            Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => engine.GenerateAsync("x"), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(process.WaitForExit(Patience), Is.True);
        await engine.DisposeAsync();
    }

    [Test]
    public async Task Pool_ProcessKilled_RetriesAndRestarts()
    {
        List<WorkerEngine> started = [];
        await using var pool = await EnginePool.StartAsync(
            [.. Enumerable.Repeat(StartAsync, 2)], new() { RestartDelay = TimeSpan.FromMilliseconds(10) });
        var before = await ReadAsync(pool);
        Kill(started[0].ProcessId);
        for (var waiting = Stopwatch.StartNew(); started.Count < 3 || pool.GetWorkers()[0].State != PooledWorkerState.Living;)
        {
            Assert.That(await ReadAsync(pool), Is.EqualTo(before), "what was killed before it answered is asked again");
            Assert.That(waiting.Elapsed, Is.LessThan(Patience));
        }

        Assert.That(pool.GetWorkers().Select(worker => worker.Losses), Is.EqualTo(new[] { 1, 0 }));
        var tokens = 0;
        Assert.That(
            async () =>
            {
                await foreach (var token in pool.GenerateAsync("Hello", new() { MinTokens = 100 }))
                {
                    if (++tokens == 1)
                    {
                        Kill(started[1].ProcessId);
                        Kill(started[2].ProcessId);
                    }
                }
            },
            Throws.TypeOf<WorkerLostException>(),
            "what was killed within its answer is not");

        async Task<IInferenceEngine> StartAsync(CancellationToken cancellation)
        {
            var engine = await Probes.StartAsync();
            lock (started)
            {
                started.Add(engine);
            }

            return engine;
        }
    }

    [Test]
    public async Task Parent_Killed_TheWorkerEnds()
    {
        var command = Probes.Worker(TestEngines.TinyPath);
        using var parent = Process.Start(new ProcessStartInfo(command.FileName!, command.Arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        var line = await parent.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        using var worker = Process.GetProcessById(int.Parse(line!, System.Globalization.CultureInfo.InvariantCulture));
        parent.Kill();
        Assert.That(worker.WaitForExit(Patience), Is.True);
    }

    private static void Kill(int process)
    {
        using var found = Process.GetProcessById(process);
        found.Kill();
    }

    private static async Task<List<int>> ReadAsync(EnginePool pool)
    {
        var tokens = new List<int>();
        await foreach (var token in pool.GenerateAsync("Hello", new() { MaxTokens = 8, Sampling = new() { Temperature = 0 } }))
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }
}
