using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>A list of prompts at once, against one after another.</summary>
internal sealed class BatchMeasurement : IMeasurement
{
    private const int Prompts = 64;
    private const int PromptTokens = 32;
    private const int GeneratedTokens = 64;
    private const int Sequences = 32;

    /// <summary>So many tell the speed of all, where one comes after another.</summary>
    private const int SequentialPrompts = 16;

    public string Name => "batch";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        using var engine = await bench.OpenEngineAsync(bench.Options(Sequences, 1024));
        await engine.CompleteAsync(bench.NewTokens(PromptTokens), Bench.Greedy(4), cancellationToken);
        var found = await Turns.CompareAsync(
            bench.Rounds,
            warmUps: 0,
            () => SpeedAsync(SequentialPrompts, async prompts =>
            {
                foreach (var prompt in prompts)
                {
                    await engine.CompleteAsync(prompt, Bench.Greedy(GeneratedTokens), cancellationToken);
                }
            }),
            () => SpeedAsync(Prompts, prompts => Task.WhenAll(prompts.Select(
                prompt => engine.CompleteAsync(prompt, Bench.Greedy(GeneratedTokens), cancellationToken)))),
            bench.Report.Rounds(Name),
            cancellationToken);
        bench.Report.Add(
            $"batch: {Prompts} prompts of {PromptTokens} tokens, {GeneratedTokens} more of each, {Sequences} at a time",
            "tokens/s",
            $"one after another ({SequentialPrompts} of them)",
            found);

        async Task<double> SpeedAsync(int count, Func<Tokens.Prompt[], Task> generate)
        {
            var prompts = Enumerable.Range(0, count).Select(_ => bench.NewTokens(PromptTokens)).ToArray();
            return count * GeneratedTokens / await Turns.SecondsAsync(() => generate(prompts));
        }
    }
}
