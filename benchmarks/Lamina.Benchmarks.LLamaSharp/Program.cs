using System.Diagnostics;
using System.Text.Json;
using Lamina.Benchmarks.LLamaSharp;
using Lamina.Benchmarks.Peers;
using LLama;
using LLama.Common;
using LLama.Native;

// A line of JSON in, a line of JSON out: what the verbs peers and curve of Lamina.Benchmarks ask for. Not made for people.
NativeLibraryConfig.All.WithLogCallback((_, _) => { });
LLamaWeights? model = null;
IExecutor? executor = null;
while (await Console.In.ReadLineAsync() is { } line)
{
    var started = Stopwatch.GetTimestamp();
    LLamaSharpAnswer answer;
    try
    {
        if (executor is null)
        {
            (model, executor) = await OpenAsync(JsonSerializer.Deserialize<LLamaSharpOpen>(line)!);
            answer = new([]);
        }
        else
        {
            answer = new(await executor.RunAsync(JsonSerializer.Deserialize<LLamaSharpRequest>(line)!, started));
        }
    }
    catch (Exception e)
    {
        // Whatever it is: who asked is told.
        answer = new([], $"{e.GetType().Name}: {e.Message}");
    }

    Console.WriteLine(JsonSerializer.Serialize(answer));
}

executor?.Dispose();
model?.Dispose();

static async Task<(LLamaWeights Model, IExecutor Executor)> OpenAsync(LLamaSharpOpen open)
{
    var parameters = new ModelParams(open.Model)
    {
        ContextSize = (uint)(open.Streams * open.ContextSize),
        SeqMax = (uint)open.Streams,
        KVUnified = false, // what LLamaSharp advises for sequences that share no long beginning
        Threads = open.Threads,
        BatchThreads = open.Threads,
        GpuLayerCount = 0,
    };
    var model = await LLamaWeights.LoadFromFileAsync(parameters);
    return (model, open.Streams == 1 ? new OneStream(model, parameters) : new ManyStreams(model, parameters));
}
