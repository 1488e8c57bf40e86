using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Sequences;

/// <summary>
/// Random operations on several sequences at once, each beside a plain list of its tokens. Whatever was cut, shared,
/// moved out and back: the model goes on as if it had just read that list.
/// </summary>
[TestFixtureSource(typeof(HashModel), nameof(HashModel.Everywhere))]
internal sealed class SequenceModelTests(KvLayout layout, MemoryKind memory)
{
    private const int ContextSize = 80;
    private const int Steps = 200;
    private static readonly string[] Parts = ["A beginning that many of them share. ", "ab", "a", "aaaaaaa", "once again "];

    /// <summary>
    /// Ample room; slots and cells for few with no host memory behind them, or with a little; a decoder that now and
    /// then cannot do what it is asked to.
    /// </summary>
    [TestCase(8, null, null, 0)]
    [TestCase(2, ContextSize, 0, 0)]
    [TestCase(3, ContextSize + 20, 2000, 0)]
    [TestCase(4, ContextSize + 20, null, 5)]
    public async Task RandomOperations_GoOnAsIfComputedAfresh(int slots, int? cacheTokens, int? hostBytes, int failsEach)
    {
        using var runtime = HashModel.Create(memory);
        var calls = 0;
        runtime.OnCall = member => _ =
            member is "LoadState" or "SaveState" or "Truncate" or "RemoveRange" && failsEach > 0 && ++calls % failsEach == 0
                ? throw new LaminaException(member, "no luck")
                : 0;
        await using var engine = await runtime.StartEngineAsync(new()
        {
            KvLayout = layout,
            ContextSize = ContextSize,
            MaxSequences = slots,
            CacheTokens = cacheTokens,
            HostCacheBytes = hostBytes,
            BatchSize = 24,
        });
        var random = new Random(slots);
        List<Modelled> all = [];
        for (var step = 0; step < Steps; step++)
        {
            while (all.Count < 3)
            {
                all.Add(new(await engine.OpenSequenceAsync(), []));
            }

            // One operation on each of some of them, at once.
            var chosen = all.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToArray();
            var (seed, at) = (random.Next(), step);
            var forks = await Task.WhenAll(chosen.Select((it, i) => ActAsync(engine, it, new(seed + i), $"step {at}, {i}")))
                .WaitAsync(Eventually.Patience);
            all.AddRange(forks.OfType<Modelled>());
            foreach (var it in all)
            {
                Assert.That(it.Sequence.Tokens, Is.EqualTo(it.Tokens), $"step {step}");
            }

            if (all.Count > 6)
            {
                await all[0].Sequence.DisposeAsync();
                all.RemoveAt(0);
            }
        }

        all.ForEach(it => it.Sequence.Dispose());
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { CellsInUse: 0, RunningRequests: 0, QueuedRequests: 0 });
        Assert.That(engine.GetMetrics().FailedRequests, failsEach == 0 ? Is.Zero : Is.Not.Negative, "requests for a state may");
    }

    /// <summary>Does something to a sequence and to its list; gives the fork where it made one.</summary>
    private async Task<Modelled?> ActAsync(InferenceEngine engine, Modelled it, Random random, string where)
    {
        var (sequence, tokens) = it;
        switch (random.Next(tokens.Count == 0 ? 2 : 12))
        {
            case 0:
                await AppendAsync(it, random, default);
                break;
            case 1:
                await AppendAndCancelAsync(it, random);
                break;
            case 2 or 3:
                await GenerateAsync(it, Math.Min(random.Next(1, 9), ContextSize - tokens.Count), int.MaxValue, where);
                break;
            case 4:
                await GenerateAsync(it, Math.Min(random.Next(1, 9), ContextSize - tokens.Count), random.Next(1, 4), where);
                break;
            case 5:
                await ScoreAsync(it, where);
                break;
            case 6:
                return new(sequence.Fork(), [.. tokens]);
            case 7 or 8:
                var length = random.Next(tokens.Count + 1);
                sequence.Rewind(length);
                tokens.RemoveRange(length, tokens.Count - length);
                break;
            case 9 when memory == MemoryKind.Attention:
                var start = random.Next(tokens.Count);
                var count = random.Next(tokens.Count - start + 1);
                sequence.Trim(start..(start + count));
                tokens.RemoveRange(start, count);
                break;
            case 10:
                return await ReopenAsync(engine, it, where);
            default:
                var prompt = tokens.Take(ContextSize - 3).ToArray();
                var completion = await engine.CompleteAsync(Prompt.FromTokens(prompt), EngineCalls.Greedy with { MaxTokens = 3 });
                Assert.That(completion.Tokens, Is.EqualTo(HashModel.Continue(prompt, 3)), where);
                break;
        }

        return null;
    }

    /// <summary>Another sequence on the state of one; null where the decoder did not give it.</summary>
    private static async Task<Modelled?> ReopenAsync(InferenceEngine engine, Modelled it, string where)
    {
        try
        {
            using var state = await it.Sequence.GetStateAsync();
            Assert.That(state.Tokens, Is.EqualTo(it.Tokens), where);
            var other = await engine.OpenSequenceAsync();
            await other.AppendAsync("forgotten");
            other.SetState(state);
            return new(other, [.. it.Tokens]);
        }
        catch (LaminaException e) when (e.Operation is "SaveState")
        {
            return null;
        }
    }

    private static async Task AppendAsync(Modelled it, Random random, CancellationToken cancellation)
    {
        var part = Parts[random.Next(Parts.Length)];
        part = part[..Math.Min(part.Length, ContextSize - it.Tokens.Count)];
        await it.Sequence.AppendAsync(part, cancellation);
        it.Tokens.AddRange(part.Select(letter => (int)letter));
    }

    private static async Task AppendAndCancelAsync(Modelled it, Random random)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            var appending = AppendAsync(it, random, cancellation.Token);
            await cancellation.CancelAsync();
            await appending;
        }
        catch (OperationCanceledException)
        {
            // It came too late for some, and their tokens are there.
        }
    }

    private static async Task GenerateAsync(Modelled it, int count, int most, string where)
    {
        if (count < 1)
        {
            return;
        }

        var expected = HashModel.Continue(it.Tokens, Math.Min(count, most));
        var found = new List<int>();
        await foreach (var token in it.Sequence.GenerateAsync(EngineCalls.Greedy with { MaxTokens = count }))
        {
            found.Add(token.Id);
            if (found.Count == most)
            {
                break;
            }
        }

        Assert.That(found, Is.EqualTo(expected), where);
        it.Tokens.AddRange(found);
    }

    private static async Task ScoreAsync(Modelled it, string where)
    {
        var score = await it.Sequence.ScoreAsync("?");
        Assert.That(score.LogLikelihood, Is.EqualTo(HashModel.LogProbability(it.Tokens, '?')).Within(1e-3), where);
    }

    /// <summary>A sequence, and the tokens that it should have.</summary>
    private sealed record Modelled(ISequence Sequence, List<int> Tokens);
}
