using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Cancelling, in every state that a request may be in.</summary>
internal sealed class CancellationTests
{
    private static readonly GenerationOptions Finish = EngineCalls.Greedy with { OnCancel = CancellationBehavior.Finish };

    [Test]
    public async Task Generate_CancelledBeforeStart_ThrowsAndComputesNothing()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var engine = await runtime.StartEngineAsync();
        var cancelled = new CancellationToken(canceled: true);
        Assert.That(
            async () => await engine.ReadAllAsync("x>", cancellation: cancelled),
            Throws.InstanceOf<OperationCanceledException>()
                .With.Property(nameof(OperationCanceledException.CancellationToken)).EqualTo(cancelled));
        Assert.That(runtime.Batches, Is.Empty);
        await AssertWorksAsync(engine);
    }

    [Test]
    public async Task Generate_CancelledBeforeStart_FinishesWhenAskedTo()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var engine = await runtime.StartEngineAsync();
        var tokens = await engine.ReadAllAsync("x>", Finish, new(canceled: true));
        var last = tokens.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((last.Id, last.Text, last.FinishReason), Is.EqualTo((-1, "", FinishReason.Cancelled)));
            Assert.That((last.Usage!.PromptTokens, last.Usage.GeneratedTokens), Is.EqualTo((2, 0)));
        }

        await AssertWorksAsync(engine);
    }

    [Test]
    public async Task Generate_CancelledInDecode_ThrowsAtOnceAndAbortsTheNativeWork()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        runtime.OnDecode = batch =>
        {
            if (batch.Index == 2)
            {
                batch.Decoder.AwaitAbort();
            }

            return null;
        };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1 });
        using var cancellation = new CancellationTokenSource();
        var texts = new List<string>();
        Assert.That(
            async () =>
            {
                await foreach (var token in engine.GenerateAsync("x>", cancellationToken: cancellation.Token))
                {
                    texts.Add(token.Text);
                    if (texts.Count == 2)
                    {
                        // Twice: the second makes no difference.
                        await cancellation.CancelAsync();
                        await cancellation.CancelAsync();
                    }
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(texts, Is.EqualTo(["a", "b"]));
        await AssertWorksAsync(engine);
        Assert.That(engine.GetMetrics().CancelledRequests, Is.EqualTo(1));
    }

    [Test]
    public async Task Generate_CancelledInDecode_FinishesWithItsUsageWhenAskedTo()
    {
        using var runtime = new FakeRuntime { Answer = _ => "aENDb" };
        await using var engine = await runtime.StartEngineAsync();
        using var cancellation = new CancellationTokenSource();
        var tokens = new List<Token>();
        await foreach (var token in engine.GenerateAsync("x>", Finish with { Stop = ["ENDx"] }, cancellation.Token))
        {
            tokens.Add(token);
            if (tokens.Count == 2)
            {
                await cancellation.CancelAsync();
            }
        }

        var last = tokens[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tokens, Has.Count.EqualTo(3));
            Assert.That(tokens.Text(), Is.EqualTo("a"), "what may become a stop sequence is dropped");
            Assert.That((last.Id, last.Text, last.FinishReason), Is.EqualTo((-1, "", FinishReason.Cancelled)));
            Assert.That(last.Usage!.GeneratedTokens, Is.AtLeast(2));
        }

        await AssertWorksAsync(engine);
    }

    [Test]
    public async Task Generate_CancelledInPrefill_StopsBetweenOrWithinBatches()
    {
        using var cancellation = new CancellationTokenSource();
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        runtime.OnDecode = batch =>
        {
            if (batch.Index == 1)
            {
                cancellation.Cancel();
                batch.Decoder.AwaitAbort();
            }

            return null;
        };
        await using var engine = await runtime.StartEngineAsync(new() { BatchSize = 10 });
        Assert.That(
            async () => await engine.ReadAllAsync(new string('p', 100) + ">", cancellation: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        await AssertWorksAsync(engine);
        Assert.That(runtime.Batches.SelectMany(batch => batch.Tokens).Count(token => token.Token == 'p'), Is.EqualTo(20));
    }

    [Test]
    public async Task Generate_CancelledWhileQueued_IsNeverComputed()
    {
        using var gate = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        runtime.OnDecode = _ => gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1 });
        var running = engine.ReadAllAsync("r>");
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 1);
        using var cancellation = new CancellationTokenSource();
        var queued = engine.ReadAllAsync("q>", cancellation: cancellation.Token);
        await Eventually.IsTrueAsync(() => engine.GetMetrics().QueuedRequests == 1);

        await cancellation.CancelAsync();
        Assert.That(async () => await queued, Throws.InstanceOf<OperationCanceledException>(), "though the loop is busy");
        Assert.That(engine.GetMetrics().QueuedRequests, Is.Zero);
        gate.Set();
        Assert.That((await running).Text(), Is.EqualTo("abc"));
        await AssertWorksAsync(engine);
        Assert.That(runtime.Batches.SelectMany(batch => batch.Tokens).Select(token => token.Token), Has.None.EqualTo('q'));
        Assert.That(runtime.Decoders.Single().Aborts, Is.Zero, "another's work is not aborted");
    }

    [Test]
    public async Task Generate_OneOfTwoCancelled_LeavesTheOther()
    {
        using var areBothThere = new ManualResetEventSlim();
        using var isCancelled = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 10) };
        runtime.OnDecode = batch =>
            areBothThere.Wait(Eventually.Patience)
            && (batch.Tokens[0].Position < 4 || isCancelled.Wait(Eventually.Patience))
                ? null
                : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 2 });
        using var cancellation = new CancellationTokenSource();
        var one = engine.ReadAllAsync("a>", cancellation: cancellation.Token);
        var other = engine.ReadAllAsync("b>");
        await Eventually.IsTrueAsync(
            () => engine.GetMetrics() is { RunningRequests: var running, QueuedRequests: var queued } && running + queued == 2);
        areBothThere.Set();
        await Eventually.IsTrueAsync(() => runtime.Batches.LastOrDefault() is { Tokens: [{ Position: >= 4 }, _] });
        await cancellation.CancelAsync();
        Assert.That(async () => await one, Throws.InstanceOf<OperationCanceledException>());
        isCancelled.Set();
        Assert.That((await other).Text(), Is.EqualTo("bbbbbbbbbb"));
        await AssertWorksAsync(engine);
        Assert.That(runtime.Decoders.Single().Aborts, Is.Zero);
    }

    [Test]
    public async Task Generate_LeftEarly_FreesTheSequence()
    {
        using var runtime = new FakeRuntime { Answer = prompt => prompt.StartsWith('l') ? new('l', 500) : "abc" };
        runtime.OnDecode = batch =>
        {
            if (batch.Tokens is [{ Token: 'l' }])
            {
                batch.Decoder.AwaitAbort();
            }

            return null;
        };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1 });
        for (var round = 0; round < 5; round++)
        {
            await foreach (var token in engine.GenerateAsync("long>"))
            {
                Assert.That(token.Text, Is.EqualTo("l"));
                break;
            }
        }

        await AssertWorksAsync(engine);
        Assert.That(engine.GetMetrics().CancelledRequests, Is.EqualTo(5));
    }

    [Test]
    public async Task Generate_CancelledAfterTheEnd_ChangesNothing()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc" };
        await using var engine = await runtime.StartEngineAsync();
        using var cancellation = new CancellationTokenSource();
        var tokens = await engine.ReadAllAsync("x>", cancellation: cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(tokens.Text(), Is.EqualTo("abc"));
        await AssertWorksAsync(engine);
        Assert.That(engine.GetMetrics().CancelledRequests, Is.Zero);
    }

    [Test]
    public async Task Generate_CancelledThroughTheEnumerator_Throws()
    {
        using var runtime = new FakeRuntime { Answer = _ => new('a', 500) };
        await using var engine = await runtime.StartEngineAsync();
        using var cancellation = new CancellationTokenSource();
        Assert.That(
            async () =>
            {
                await foreach (var _ in engine.GenerateAsync("x>").WithCancellation(cancellation.Token))
                {
                    await cancellation.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Generate_CancelledAtRandom_EngineStaysWhole()
    {
        using var runtime = new FakeRuntime { Answer = prompt => new string(prompt[0], 40) };
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 3, BatchSize = 16 });
        var random = new Random(11);
        var requests = Enumerable.Range(0, 300).Select(async i =>
        {
            using var cancellation = new CancellationTokenSource();
            var letter = (char)('a' + (i % 26));
            var (length, most) = (random.Next(1, 60), random.Next(80));
            var text = "";
            try
            {
                await foreach (var token in engine.GenerateAsync(new string(letter, length) + ">", null, cancellation.Token))
                {
                    text += token.Text;
                    if (text.Length == most)
                    {
                        await cancellation.CancelAsync();
                    }
                }

                Assert.That(text, Is.EqualTo(new string(letter, 40)));
            }
            catch (OperationCanceledException)
            {
                Assert.That(text, Is.EqualTo(new string(letter, most)));
            }
        });
        await Task.WhenAll(requests).WaitAsync(Eventually.Patience);
        await AssertWorksAsync(engine);
        await Eventually.IsTrueAsync(() => engine.GetMetrics() is { RunningRequests: 0, QueuedRequests: 0 });
        var metrics = engine.GetMetrics();
        Assert.That(metrics.CompletedRequests + metrics.CancelledRequests, Is.EqualTo(301));
    }

    [Test]
    public async Task ScoreAndEmbed_Cancelled_Throw()
    {
        using var runtime = new FakeRuntime();
        runtime.OnDecode = batch =>
        {
            batch.Decoder.AwaitAbort();
            return null;
        };
        await using var engine = await runtime.StartEngineAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await engine.ScoreAsync("ab", cancellationToken: new(true)), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await engine.EmbedAsync(["ab"], cancellationToken: new(true)), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(runtime.Batches, Is.Empty);
        }

        using var scoring = new CancellationTokenSource();
        var score = engine.ScoreAsync("ab", cancellationToken: scoring.Token);
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 1);
        await scoring.CancelAsync();
        Assert.That(async () => await score, Throws.InstanceOf<OperationCanceledException>());

        using var embedding = new CancellationTokenSource();
        var embed = engine.EmbedAsync(["ab", "cd"], cancellationToken: embedding.Token);
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 2);
        await embedding.CancelAsync();
        Assert.That(async () => await embed, Throws.InstanceOf<OperationCanceledException>());

        runtime.OnDecode = null;
        Assert.That((await engine.EmbedAsync(["ab"])), Has.Count.EqualTo(1));
        await AssertWorksAsync(engine);
    }

    private static async Task AssertWorksAsync(InferenceEngine engine)
    {
        var tokens = await engine.ReadAllAsync("works>");
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
    }
}
