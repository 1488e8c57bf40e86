using Lamina;
using Lamina.LlamaCpp;
using Lamina.Workers;

// A worker as an application makes one, and programs that are none as they should be.
switch (args)
{
    case ["exit"]:
        await Console.Error.WriteLineAsync("my last words");
        return 3;
    case ["talk"]:
        Console.WriteLine("A banner on standard output.");
        await Task.Delay(Timeout.Infinite);
        return 0;
    case ["idle"]:
        await Task.Delay(Timeout.Infinite);
        return 0;
    case ["forget", var model]:
        await using (await WorkerEngine.StartAsync(model))
        {
            return 0;
        }
}

if (WorkerProcess.IsWorker)
{
    return await WorkerProcess.RunAsync(LlamaCpp.LoadAsync);
}

// The documentation's pool, word for word, where the model's folder is the current one.
if (args is ["pool"])
{
    Func<CancellationToken, Task<IInferenceEngine>> start = async token =>
        await WorkerEngine.StartAsync("model.gguf", new() { Threads = 1 }, cancellationToken: token);
    await using var pool = await EnginePool.StartAsync([start, start]);

    var said = await pool.CompleteAsync("Once upon a", new() { MaxTokens = 3, Sampling = new() { Temperature = 0 } });
    Console.WriteLine(said.Text);
    return 0;
}

// An application that starts a worker, says which, and waits for its own end.
await using var engine = await WorkerEngine.StartAsync(args[0], new() { Threads = 1 });
Console.WriteLine(engine.ProcessId);
await Task.Delay(Timeout.Infinite);
return 0;
