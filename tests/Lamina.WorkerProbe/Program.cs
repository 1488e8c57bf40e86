using Lamina.LlamaCpp;
using Lamina.Workers;
using WorkerProbe;

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
    case ["readme"]:
        return await ReadmePool.RunAsync();
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

// An application that starts a worker, says which, and waits for its own end.
await using var engine = await WorkerEngine.StartAsync(args[0], new() { Threads = 1 });
Console.WriteLine(engine.ProcessId);
await Task.Delay(Timeout.Infinite);
return 0;
