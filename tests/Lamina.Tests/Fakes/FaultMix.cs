using System.Collections.Concurrent;

namespace Lamina.Tests.Fakes;

/// <summary>
/// Operations that between them call each member of a decoder, some beside each other. What does not fail has to be
/// right.
/// </summary>
/// <param name="engine">An engine of few tokens of context and three sequences, whose policy looks at priorities.</param>
/// <param name="answer">What its model answers.</param>
internal sealed class FaultMix(InferenceEngine engine, Func<string, string> answer)
{
    private readonly ConcurrentQueue<Exception> _errors = [];

    /// <summary>Runs them.</summary>
    /// <returns>What they threw.</returns>
    public async Task<IReadOnlyCollection<Exception>> RunAsync()
    {
        await Task.WhenAll(
            [
                TryAsync(SequenceAsync),
                TryAsync(SequenceAsync),
                TryAsync(ShiftAsync),
                TryAsync(async () => _ = await engine.EmbedAsync(["one", "another"])),
                TryAsync(async () => Assert.That((await engine.ScoreAsync("text", "context>")).Tokens, Has.Length.EqualTo(4))),
                .. Enumerable.Range(0, 12).Select(i => TryAsync(() => GenerateAsync("all of them begin so, " + (char)('A' + i), i))),
            ]);

        // What went before has left a state that is longer than what they share.
        await TryAsync(() => GenerateAsync("all of them begin so, Z", 0));
        return _errors;
    }

    private async Task SequenceAsync()
    {
        var opened = await engine.OpenSequenceAsync();
        using var sequence = opened;
        await TryAsync(() => sequence.AppendAsync("to be cut out: a sequence"));
        sequence.Rewind(Math.Min(20, sequence.Length));
        await TryAsync(() => sequence.AppendAsync("s>"));
        if (sequence.Length != 22)
        {
            return;
        }

        sequence.Trim(..9);
        await TryAsync(async () =>
        {
            using var fork = sequence.Fork();
            Assert.That((await fork.CompleteAsync()).Text, Is.EqualTo(answer("s")));
        });
        await TryAsync(async () => (await sequence.GetStateAsync()).Dispose());
        await TryAsync(async () => Assert.That((await sequence.CompleteAsync()).Text, Is.EqualTo(answer("s"))));
    }

    private async Task ShiftAsync()
    {
        var options = EngineCalls.Greedy with { Overflow = ContextOverflow.Shift(4), MaxTokens = 90 };
        Assert.That((await engine.CompleteAsync("l>", options)).Text, Is.EqualTo(answer("l")[..90]));
    }

    private async Task GenerateAsync(string prompt, int priority)
    {
        var options = EngineCalls.Greedy with { Priority = priority };
        Assert.That((await engine.CompleteAsync(prompt + ">", options)).Text, Is.EqualTo(answer(prompt)));
    }

    private async Task TryAsync(Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (Exception e)
        {
            _errors.Enqueue(e);
        }
    }
}
