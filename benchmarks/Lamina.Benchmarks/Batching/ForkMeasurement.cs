using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>What it costs to go on from the same long beginning in many ways, against computing it.</summary>
internal sealed class ForkMeasurement : IMeasurement
{
    private const int Forks = 16;
    private const double MostByCopy = 0.04;
    private const double MostBySharing = 0.002;

    public string Name => "fork";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var separate = bench.Options(Forks + 1, LongPrompt.ContextSize, KvLayout.PerSequence);
        var shared = separate with { KvLayout = KvLayout.Shared };
        using var separateBare = new BareLoop(bench.Model, separate);
        using var sharedBare = new BareLoop(bench.Model, shared);
        using var separateEngine = await bench.OpenEngineAsync(separate);
        using var sharedEngine = await bench.OpenEngineAsync(shared);
        using var separateParent = await OpenAsync(bench, separateEngine);
        using var sharedParent = await OpenAsync(bench, sharedEngine);
        separateBare.Load([bench.LongPrompt.GetState()]);
        sharedBare.Load([bench.LongPrompt.GetState()]);

        await PrefillShare.CompareAsync(
            bench,
            [
                new(
                    $"fork: {Forks} of {LongPrompt.Length} tokens, decoder, per sequence",
                    MostByCopy,
                    () => Task.FromResult(separateBare.Run(decoder => StateCopies.ForkByState(decoder, Forks)))),
                new(
                    $"fork: {Forks} of {LongPrompt.Length} tokens, decoder, shared",
                    MostBySharing,
                    () => Task.FromResult(sharedBare.Run(decoder => StateCopies.ForkBySharing(decoder, Forks)))),
                new(
                    $"fork: {Forks} of {LongPrompt.Length} tokens, engine, per sequence",
                    MostByCopy,
                    () => ForkAsync(separateParent)),
                new(
                    $"fork: {Forks} of {LongPrompt.Length} tokens, engine, shared",
                    MostBySharing,
                    () => ForkAsync(sharedParent)),
            ],
            cancellationToken);
    }

    private static async Task<ISequence> OpenAsync(Bench bench, IInferenceEngine engine)
    {
        var sequence = await engine.OpenSequenceAsync();
        sequence.SetState(bench.LongPrompt.GetState());
        return sequence;
    }

    /// <summary>
    /// Seconds until all forks have a token, less those of a token of each when the forks are there already.
    /// </summary>
    private static async Task<double> ForkAsync(ISequence parent)
    {
        // One token more, so that no state is left from the time before.
        await parent.CompleteAsync(Bench.Greedy(1));
        IReadOnlyList<ISequence> forks = [];
        var withForking = await Turns.SecondsAsync(async () =>
        {
            forks = parent.Fork(Forks);
            await GenerateAsync();
        });
        var without = await Turns.SecondsAsync(GenerateAsync);
        foreach (var fork in forks)
        {
            fork.Dispose();
        }

        return withForking - without;

        Task GenerateAsync() => Task.WhenAll(forks.Select(fork => fork.CompleteAsync(Bench.Greedy(1))));
    }
}
