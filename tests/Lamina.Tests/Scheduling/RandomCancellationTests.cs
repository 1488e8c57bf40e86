using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>All operations at once, given up at random moments: by their tokens, by leaving, and with the engine.</summary>
internal sealed class RandomCancellationTests
{
    private const int Operations = 150;
    private const int Vocabulary = 257;

    [Test]
    public async Task AnyOperation_CancelledAtRandom_EndsAsDocumentedAndLeavesNothing(
        [Values(1, 2, 3)] int seed, [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout)
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        await using var engine = await StartAsync(runtime, layout);
        var operations = Start(engine, runtime, seed);
        await Task.WhenAll(operations).WaitAsync(Eventually.Patience);
        runtime.OnDecode = batch =>
        {
            if (batch.Tokens[0].Position > 10)
            {
                batch.Decoder.AwaitAbort();
            }

            return null;
        };
        await foreach (var _ in engine.GenerateAsync("leaves>"))
        {
            break; // with nothing after it that would need its place
        }

        runtime.OnDecode = null;
        Assert.That((await engine.ReadAllAsync("works>")).Text(), Is.EqualTo(Answer("works")));
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0, CellsInUse: 0 });
        var metrics = engine.GetMetrics();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.FailedRequests, Is.Zero);
            Assert.That(metrics.CompletedRequests, Is.Positive);
            Assert.That(metrics.CancelledRequests, Is.Positive);
            Assert.That(runtime.Decoders.Select(decoder => decoder.UsedCells), Is.All.Zero);
            Assert.That(operations.Select(operation => operation.Result).Distinct(), Is.EquivalentTo(new[] { true, false }));
        }
    }

    [Test]
    public async Task Dispose_AtARandomMoment_EndsAllAsDocumented(
        [Range(1, 8)] int seed, [Values(KvLayout.PerSequence, KvLayout.Shared)] KvLayout layout, [Values] bool isAsync)
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        var engine = await StartAsync(runtime, layout);
        var operations = Start(engine, runtime, seed);
        var batches = new Random(seed).Next(60);
        await Eventually.IsTrueAsync(() => runtime.Batches.Count >= batches);
        await (isAsync ? engine.DisposeAsync().AsTask() : Task.Run(engine.Dispose)).WaitAsync(Eventually.Patience);
        await Task.WhenAll(operations).WaitAsync(Eventually.Patience);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0, CellsInUse: 0 }, Is.True);
            Assert.That(async () => await engine.EmbedAsync(["x"]), Throws.TypeOf<ObjectDisposedException>());
        }

        await Eventually.IsTrueAsync(() => runtime.Decoders.All(decoder => decoder.Disposals == 1));
    }

    [Test]
    public async Task Dispose_ASequenceWhileItsOperationEnds_FreesItsCells()
    {
        using var runtime = new FakeRuntime { Answer = Answer };
        await using var engine = await StartAsync(runtime, KvLayout.Shared);
        for (var round = 0; round < 300; round++)
        {
            var sequence = await engine.OpenSequenceAsync();
            var appended = sequence.AppendAsync("text");
            var disposed = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => appended.IsCompleted || sequence.Length > 0);
                sequence.Dispose();
            });
            await disposed.WaitAsync(Eventually.Patience);
            await EndsAsync(() => appended, isEngineGone: () => true, default);
        }

        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0 });
        await engine.ReadAllAsync("works>"); // in its batch the cells are counted
        await Eventually.IsTrueAsync(() => engine.GetMetrics().CellsInUse == 0);
    }

    private static string Answer(string prompt) =>
        string.Concat(Enumerable.Range(0, 10 + (prompt.Length % 20)).Select(i => (char)('a' + ((prompt.Length + (i * i)) % 26))));

    private static Task<InferenceEngine> StartAsync(FakeRuntime runtime, KvLayout layout) =>
        runtime.StartEngineAsync(new()
        {
            MaxSequences = 4,
            ContextSize = 128,
            BatchSize = 32,
            KvLayout = layout,
            CacheTokens = layout == KvLayout.Shared ? 200 : null,
            Scheduling = new PriorityPolicy(),
        });

    /// <summary>Starts operations, half of which give up in the midst of it. The results: which came to their end.</summary>
    private static Task<bool>[] Start(InferenceEngine engine, FakeRuntime runtime, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, Operations).Select(i =>
            {
                var text = new string((char)('A' + (i % 26)), random.Next(1, 50));
                var (kind, batches, priority) = (random.Next(5), random.Next(2) == 0 ? random.Next(200) : -1, random.Next(4));
                var options = EngineCalls.Greedy with { Priority = priority };
                return Task.Run(async () =>
                {
                    using var cancellation = new CancellationTokenSource();
                    var ending = EndsAsync(
                        () => RunAsync(engine, kind, text, options, cancellation.Token),
                        () => IsDisposed(engine),
                        cancellation.Token);
                    while (batches >= 0 && runtime.Batches.Count < batches && !ending.IsCompleted)
                    {
                        await Task.Yield();
                    }

                    if (batches >= 0)
                    {
                        await cancellation.CancelAsync();
                    }

                    return await ending;
                });
            }),
        ];
    }

    private static async Task RunAsync(
        InferenceEngine engine, int kind, string text, GenerationOptions options, CancellationToken cancellation)
    {
        switch (kind)
        {
            case 0:
                Assert.That((await engine.ReadAllAsync($"{text}>", options, cancellation)).Text(), Is.EqualTo(Answer(text)));
                break;
            case 1:
                var finish = options with { OnCancel = CancellationBehavior.Finish };
                var tokens = await engine.ReadAllAsync($"{text}>", finish, cancellation);
                Assert.That(Answer(text), Does.StartWith(tokens.Text()));
                Assert.That(
                    tokens[^1].FinishReason,
                    Is.EqualTo(tokens.Text().Length == Answer(text).Length && tokens[^1].Id >= 0
                        ? FinishReason.EndOfGeneration
                        : FinishReason.Cancelled));
                cancellation.ThrowIfCancellationRequested();
                break;
            case 2:
                var score = await engine.ScoreAsync($"{Answer(text)}", $"{text}>", cancellation);
                Assert.That(score.LogLikelihood, Is.EqualTo(0).Within(1e-3), "each token is the certain one");
                break;
            case 3:
                var vectors = await engine.EmbedAsync([text, "b"], new() { Normalize = false }, cancellation);
                Assert.That(vectors.Select(vector => vector[0]), Is.EqualTo([text.Length, 1]));
                break;
            default:
                await RunSequenceAsync(engine, text, options, cancellation);
                break;
        }
    }

    private static async Task RunSequenceAsync(
        InferenceEngine engine, string text, GenerationOptions options, CancellationToken cancellation)
    {
        await using var sequence = await engine.OpenSequenceAsync(cancellationToken: cancellation);
        try
        {
            await sequence.AppendAsync(text, cancellation);
            await sequence.AppendAsync("dropped", cancellation);
            sequence.Rewind(text.Length);
            await sequence.AppendAsync(">", cancellation);
            using var fork = sequence.Fork();
            var completions = await Task.WhenAll(
                sequence.CompleteAsync(options, cancellation), fork.CompleteAsync(options, cancellation));
            Assert.That(completions.Select(completion => completion.Text), Is.All.EqualTo(Answer(text)));
            (await sequence.GetStateAsync(cancellation)).Dispose();
        }
        catch (OperationCanceledException)
        {
            await AssertGoesOnAsync(sequence, text, options);
            throw;
        }
    }

    /// <summary>A sequence that was cancelled has what was read of it, and can be used.</summary>
    private static async Task AssertGoesOnAsync(ISequence sequence, string text, GenerationOptions options)
    {
        Assert.That(
            $"{text}>{Answer(text)}".Contains(string.Concat(sequence.Tokens.Where(token => token < Vocabulary - 1)
                .Select(token => (char)token)).Replace("dropped", ""), StringComparison.Ordinal),
            Is.True);
        sequence.Rewind(Math.Min(sequence.Length, text.Length));
        if (sequence.Length == 0)
        {
            await sequence.AppendAsync(text);
        }

        await sequence.AppendAsync(">");
        Assert.That((await sequence.CompleteAsync(options)).Text, Is.EqualTo(Answer(text)));
    }

    /// <summary>Whether an operation came to its end; that of one that did not has to be one that is documented.</summary>
    private static async Task<bool> EndsAsync(
        Func<Task> operation, Func<bool> isEngineGone, CancellationToken cancellation)
    {
        try
        {
            await operation().WaitAsync(Eventually.Patience, CancellationToken.None);
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (ObjectDisposedException) when (isEngineGone())
        {
            return false;
        }
    }

    private static bool IsDisposed(InferenceEngine engine)
    {
        try
        {
            return engine.GenerateAsync("x>") is null;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
