using System.Diagnostics;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>Streams that end while others begin, against as many that only run, with as much text before them.</summary>
internal sealed class ChurnMeasurement : IMeasurement
{
    private const int Streams = 32;
    private const int PromptTokens = 16;
    private const int Least = 16;
    private const int Most = 512;
    private const int SteadyTokens = 64;

    /// <summary>
    /// Tokens before a steady stream: those of a churning one are 187 on average, since the long ones run for longer.
    /// </summary>
    private const int SteadyLength = 156;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private long _tokens;

    public string Name => "churn";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var states = await bench.States.GetAsync(Streams);
        var options = bench.Options(Streams, 1024, KvLayout.PerSequence);
        using var steady = await bench.OpenEngineAsync(options);
        using var group = await SequenceGroup.OpenAsync(steady, states, SteadyLength);
        await group.DecodeAsync(2);

        using var churning = await bench.OpenEngineAsync(options);
        var seed = 0;
        var found = await Turns.CompareAsync(
            bench.Rounds,
            warmUps: 0,
            async () => (await group.DecodeAsync(SteadyTokens)).TokensPerSecond,
            () => ChurnAsync(bench, churning, seed++),
            bench.Report.Rounds(Name),
            cancellationToken);
        bench.Report.Add(
            $"churn: {Streams} streams of {Least} to {Most} tokens",
            "tokens/s",
            $"engine, {Streams} steady streams",
            found,
            Target.AtLeast(0.85));
    }

    /// <summary>Tokens a second that are read while streams end and begin.</summary>
    private async Task<double> ChurnAsync(Bench bench, IInferenceEngine engine, int seed)
    {
        var random = new Random(seed);
        using var end = new CancellationTokenSource();

        // The first ones are somewhere on their way, as if it had always been so.
        var firstTokens = new List<Task>();
        var streams = new List<Task>();
        for (var i = 0; i < Streams; i++)
        {
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            firstTokens.Add(first.Task);
            var lengths = new Random(random.Next());
            streams.Add(Task.Run(() => RunAsync(bench, engine, lengths, first, end.Token), CancellationToken.None));
        }

        await Task.WhenAny(Task.WhenAll(firstTokens), Task.WhenAny(streams));
        var (started, before) = (Stopwatch.GetTimestamp(), Interlocked.Read(ref _tokens));
        await Task.WhenAny(Task.Delay(Window, CancellationToken.None), Task.WhenAny(streams));
        var (seconds, after) = (Stopwatch.GetElapsedTime(started).TotalSeconds, Interlocked.Read(ref _tokens));
        await end.CancelAsync();
        await Task.WhenAll(streams);
        return (after - before) / seconds;
    }

    /// <summary>One stream after another, until the end.</summary>
    private async Task RunAsync(
        Bench bench, IInferenceEngine engine, Random lengths, TaskCompletionSource first, CancellationToken end)
    {
        var length = Math.Max(1, (int)(lengths.NextDouble() * lengths.Next(Least, Most + 1)));
        while (!end.IsCancellationRequested)
        {
            var options = Bench.Greedy(length) with { OnCancel = CancellationBehavior.Finish };
            await foreach (var token in engine.GenerateAsync(bench.NewTokens(PromptTokens), options, end))
            {
                Interlocked.Add(ref _tokens, token.Id >= 0 ? 1 : 0);
                first.TrySetResult();
            }

            length = lengths.Next(Least, Most + 1);
        }
    }
}
