using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Where each sequence has its own cells, those that run become neighbours.</summary>
internal sealed class AdjacencyTests
{
    private const int Slots = 8;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Generate_StreamsThatEndAndStart_BecomeAdjacent(int seed)
    {
        var random = new Random(seed);
        using var runtime = new FakeRuntime { Answer = Answer };
        await using var engine = await runtime.StartEngineAsync(
            new() { MaxSequences = Slots, KvLayout = KvLayout.PerSequence, ContextSize = 512 }, new StoppedClock());
        var prompts = Enumerable.Range(0, 60).Select(i => $"{random.Next(1, 9)}{random.Next(10)} {i}").ToArray();
        var answers = new List<Task<List<Token>>>();
        var due = 0;
        runtime.OnDecode = batch =>
        {
            for (; batch.Index >= due && answers.Count < prompts.Length; due += random.Next(10))
            {
                answers.Add(engine.Queue($"{prompts[answers.Count]}>"));
            }

            return null;
        };
        await engine.ReadAllAsync("L@ outlives that>");
        await Eventually.IsTrueAsync(() => engine.GetMetrics().CompletedRequests == prompts.Length + 1);
        Assert.That(
            (await Task.WhenAll(answers)).Select(answer => answer.Text()), Is.EqualTo(prompts.Select(Answer)));
        AssertAdjacent(runtime);
        Assert.That(
            runtime.Decoders.Single().Edits.GetValueOrDefault(nameof(IDecoder.LoadState)), Is.Positive, "some were moved");
        Assert.That(engine.GetMetrics().CellsInUse, Is.Zero);
    }

    [TestCase(20, 0)]
    [TestCase(600, 1)]
    [TestCase(1200, 2)]
    public async Task Generate_GapBeforeALongStream_StaysLonger(int promptLength, int gaps)
    {
        using var runtime = Runtime(prompt => new string(prompt.FirstOrDefault(), prompt is "" ? 0 : prompt is "b" ? 5 : 40));
        await using var engine = await RunTogetherAsync(runtime, "a>", "b>", new string('c', promptLength) + ">");
        var afterIt = runtime.Batches
            .Reverse().TakeWhile(batch => batch.Tokens.All(token => token.Token != 'b'))
            .Reverse().TakeWhile(batch => batch.Tokens.Count == 2)
            .Select(SlotsOf)
            .ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(afterIt.TakeWhile(slots => !IsAdjacent(slots)).Count(), Is.EqualTo(gaps));
            Assert.That(afterIt.SkipWhile(slots => !IsAdjacent(slots)), Is.Not.Empty.And.All.EqualTo(new[] { 0, 1 }));
        }
    }

    [Test]
    public async Task Generate_IdleSequenceBetweenStreams_MakesWayAndGoesOnLater()
    {
        using var runtime = Runtime(prompt => prompt[0] == 's' ? "sequence" : new string(prompt[0], 40));
        await using var engine = await runtime.StartEngineAsync(
            new() { MaxSequences = 3, KvLayout = KvLayout.PerSequence, ContextSize = 512 });
        await using var sequence = await engine.OpenSequenceAsync();
        Task? appended = null;
        Task<List<Token>>? second = null;
        runtime.OnDecode = batch =>
        {
            if (batch.Index == 0)
            {
                appended = sequence.AppendAsync(new string('s', 30) + ">");
                SpinWait.SpinUntil(() => engine.GetMetrics().QueuedRequests == 1, Eventually.Patience);
                second = engine.Queue("b>");
            }

            return null;
        };
        var first = await engine.ReadAllAsync("a>");
        await appended!;
        Assert.That(first.Text() + (await second!).Text(), Is.EqualTo(new string('a', 40) + new string('b', 40)));
        var between = runtime.Batches.First(batch => batch.Tokens.Any(token => token.Token == 's')).Tokens
            .First(token => token.Token == 's').Sequence;
        Assert.That(between, Is.EqualTo(1));
        Assert.That(
            runtime.Batches.Where(batch => batch.Tokens.Count == 2).Select(SlotsOf).Last(), Is.EqualTo(new[] { 0, 1 }));
        Assert.That((await sequence.CompleteAsync()).Text, Is.EqualTo("sequence"));
        Assert.That(engine.GetMetrics().PromptTokens, Is.EqualTo(2 + 2 + 31), "none was computed twice");
    }

    [Test]
    public async Task Generate_SharedCells_AreNeverMoved()
    {
        using var runtime = Runtime(prompt => new string(prompt.FirstOrDefault(), prompt is "" ? 0 : prompt is "b" ? 5 : 40));
        await using var engine = await RunTogetherAsync(runtime, KvLayout.Shared, "a>", "b>", "c>");
        Assert.That(runtime.Decoders.Single().Edits, Is.Empty);
        Assert.That(
            runtime.Batches.Where(batch => batch.Tokens.Count == 2).Select(SlotsOf).Last(), Is.EqualTo(new[] { 0, 2 }));
    }

    private static FakeRuntime Runtime(Func<string, string> answer)
    {
        using var plain = new FakeRuntime();
        return new() { Answer = answer, Info = plain.Info with { ContextLength = 2048 } };
    }

    /// <summary>As many letters as the first two of the prompt say, each unlike the next.</summary>
    private static string Answer(string prompt) =>
        string.Concat(Enumerable.Range(0, (prompt[0] - '0') * (prompt[1] - '0')).Select(i => (char)('a' + ((prompt.Length + i) % 26))));

    private static Task<InferenceEngine> RunTogetherAsync(FakeRuntime runtime, params string[] prompts) =>
        RunTogetherAsync(runtime, KvLayout.PerSequence, prompts);

    /// <summary>Runs prompts beside each other, all from the second batch on, to their right ends.</summary>
    private static async Task<InferenceEngine> RunTogetherAsync(FakeRuntime runtime, KvLayout layout, params string[] prompts)
    {
        using var gate = new ManualResetEventSlim();
        using var isAtGate = new ManualResetEventSlim();
        runtime.OnDecode = _ =>
        {
            isAtGate.Set();
            return gate.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        };
        var engine = await runtime.StartEngineAsync(
            new() { MaxSequences = 3, KvLayout = layout, ContextSize = 2048, BatchSize = 4096, HostCacheBytes = 0 },
            new StoppedClock());
        var keepsTheGate = engine.Queue(">");
        Assert.That(isAtGate.Wait(Eventually.Patience));
        var answers = prompts.Select(prompt => engine.Queue(prompt)).ToArray();
        gate.Set();
        await keepsTheGate;
        for (var i = 0; i < prompts.Length; i++)
        {
            Assert.That((await answers[i]).Text(), Is.EqualTo(runtime.Answer!(prompts[i][..^1])));
        }

        return engine;
    }

    private static int[] SlotsOf(FakeBatch batch) => [.. batch.Tokens.Select(token => token.Sequence).Distinct()];

    private static bool IsAdjacent(int[] slots) => slots[^1] - slots[0] == slots.Length - 1;

    /// <summary>As long as none starts or ends, one gap is closed before each batch.</summary>
    private static void AssertAdjacent(FakeRuntime runtime)
    {
        var (unchanged, before, settled) = (0, 0, 0);
        foreach (var batch in runtime.Batches)
        {
            var slots = SlotsOf(batch);
            Assert.That(batch.Tokens.Select(token => token.Sequence), Is.Ordered, $"batch {batch.Index}");
            unchanged = slots.Length == before && batch.Tokens.All(token => token.Position > 0) ? unchanged + 1 : 0;
            before = slots.Length;
            if (unchanged >= Slots)
            {
                settled++;
                Assert.That(IsAdjacent(slots), Is.True, $"batch {batch.Index}: {string.Join(' ', slots)}");
            }
        }

        Assert.That(settled, Is.Positive, "else nothing was tested");
    }
}
