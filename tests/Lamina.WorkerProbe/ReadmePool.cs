using Lamina;
using Lamina.LlamaCpp;
using Lamina.Workers;

namespace WorkerProbe;

/// <summary>The README's pool of processes, word for word, in an application that runs in the model's folder.</summary>
internal static class ReadmePool
{
    public static async Task<int> RunAsync()
    {
        if (WorkerProcess.IsWorker) return await WorkerProcess.RunAsync(LlamaCpp.LoadAsync);

        Func<CancellationToken, Task<IInferenceEngine>> start = async token =>
            await WorkerEngine.StartAsync("model.gguf", new() { Threads = 1 }, cancellationToken: token);
        await using var pool = await EnginePool.StartAsync([start, start]);

        var said = await pool.CompleteAsync("The capital of France is", new() { MaxTokens = 3, Sampling = new() { Temperature = 0 } });
        Console.WriteLine(said.Text);
        return 0;
    }
}
