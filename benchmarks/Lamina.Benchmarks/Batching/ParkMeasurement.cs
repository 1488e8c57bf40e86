using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>What it costs to move a long sequence to host memory and back, against computing it.</summary>
internal sealed class ParkMeasurement : IMeasurement
{
    private const double Most = 0.01;

    public string Name => "park";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var separate = bench.Options(2, LongPrompt.ContextSize, KvLayout.PerSequence);
        using var separateBare = new BareLoop(bench.Model, separate);
        using var sharedBare = new BareLoop(bench.Model, separate with { KvLayout = KvLayout.Shared });
        separateBare.Load([bench.LongPrompt.GetState()]);
        sharedBare.Load([bench.LongPrompt.GetState()]);
        await PrefillShare.CompareAsync(
            bench,
            [
                new(
                    $"park: {LongPrompt.Length} tokens out and in, decoder, per sequence",
                    Most,
                    () => Task.FromResult(separateBare.Run(StateCopies.Park))),
                new(
                    $"park: {LongPrompt.Length} tokens out and in, decoder, shared",
                    Most,
                    () => Task.FromResult(sharedBare.Run(StateCopies.Park))),
            ],
            cancellationToken);
    }
}
