using System.Globalization;
using Lamina.Pooling;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Pooling;

internal sealed class EnginePoolRoutingTests
{
    private static readonly string Long = new('x', 10 * PrefixPieces.PieceSize);

    [Test]
    public async Task Generate_SeveralAtOnce_GoToTheLeastLoaded()
    {
        await using var under = await PoolUnderTest.StartAsync(3);
        var hold = new TaskCompletionSource();
        var running = await HoldAsync(under, hold, 6, i => $"{i}");
        Assert.That(under.Started.Select(engine => engine.Prompts.Count), Is.All.EqualTo(2));
        Assert.That(under.Pool.GetWorkers().Select(worker => worker.RunningRequests), Is.All.EqualTo(2));
        hold.SetResult();
        foreach (var text in await Task.WhenAll(running))
        {
            Assert.That(text.Text(), Is.EqualTo("ab"));
        }

        Assert.That(under.Pool.GetWorkers().Select(worker => worker.RunningRequests), Is.All.Zero);
    }

    [Test]
    public async Task Generate_SameBeginning_GoesToTheWorkerThatReadIt()
    {
        await using var under = await PoolUnderTest.StartAsync(3);
        foreach (var i in Enumerable.Range(0, 9))
        {
            await under.Pool.ReadAllAsync($"{i % 3}{Long}{i}");
        }

        foreach (var engine in under.Started)
        {
            Assert.That(engine.Prompts.Select(prompt => prompt[0]).Distinct().Count(), Is.EqualTo(1));
            Assert.That(engine.Prompts, Has.Count.EqualTo(3));
        }
    }

    [TestCase(0, 1)]
    [TestCase(2, 2)]
    [TestCase(5, 5)]
    public async Task Generate_ManyOfTheSameBeginning_OverloadNoWorkerBeyondTheWeight(double weight, int most)
    {
        await using var under = await PoolUnderTest.StartAsync(2, new() { AffinityWeight = weight });
        var hold = new TaskCompletionSource();
        var running = await HoldAsync(under, hold, most, i => $"{Long}{i}");
        Assert.That(under[0].Prompts, Has.Count.EqualTo(most), "all to the first, as long as the weight allows");
        running.AddRange(await HoldAsync(under, hold, 1, _ => Long));
        Assert.That(under[1].Prompts, Has.Count.EqualTo(1), "then to the other");
        running.AddRange(await HoldAsync(under, hold, 20, i => $"{Long}{i}"));
        Assert.That(Math.Abs(under[0].Prompts.Count - under[1].Prompts.Count), Is.LessThanOrEqualTo(1), "which has read it now too");
        hold.SetResult();
        await Task.WhenAll(running);
    }

    [Test]
    public async Task Generate_HalfOfThePromptRead_CountsHalf()
    {
        await using var under = await PoolUnderTest.StartAsync(2, new() { AffinityWeight = 4 });
        await under.Pool.ReadAllAsync(Long);
        var hold = new TaskCompletionSource();
        var running = await HoldAsync(under, hold, 3, i => Long + new string((char)('a' + i), Long.Length));
        Assert.That((under[0].Prompts.Count, under[1].Prompts.Count), Is.EqualTo((3, 1)));
        hold.SetResult();
        await Task.WhenAll(running);
    }

    [Test]
    public async Task Generate_SameBeginningOfAnotherTenant_IsNotPreferred([Values(null, "", "b")] string? other)
    {
        await using var under = await PoolUnderTest.StartAsync(2);
        await under.Pool.ReadAllAsync(Long, new() { Tenant = "a" });
        await under.Pool.ReadAllAsync(Long, new() { Tenant = other });
        await under.Pool.ReadAllAsync(Long, new() { Tenant = "a" });
        Assert.That((under[0].Prompts.Count, under[1].Prompts.Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task Score_SameContext_GoesToTheWorkerThatReadIt()
    {
        await using var under = await PoolUnderTest.StartAsync(2);
        foreach (var i in Enumerable.Range(0, 4))
        {
            await under.Pool.ScoreAsync($"{i}", Long);
        }

        Assert.That(under[0].Prompts, Has.Count.EqualTo(4));
    }

    [TestCase(5, 1)]
    [TestCase(40, 2)]
    [TestCase(1000, 3)]
    public async Task Embed_Texts_AreDividedInOrder(int count, int parts)
    {
        await using var under = await PoolUnderTest.StartAsync(3);
        var texts = Enumerable.Range(0, count).Select(i => Prompt.FromText(i.ToString(CultureInfo.InvariantCulture))).ToArray();
        var vectors = await under.Pool.EmbedAsync(texts);
        Assert.That(vectors.Select(vector => (int)vector[0]), Is.EqualTo(Enumerable.Range(0, count)));
        Assert.That(under.Started.Sum(engine => engine.Prompts.Count), Is.EqualTo(parts));
    }

    [Test]
    public async Task Embed_OnePartFails_EndsTheOthersWithItsError()
    {
        await using var under = await PoolUnderTest.StartAsync(2);
        under[0].Hold = new TaskCompletionSource().Task;
        under[1].Error = new LaminaException("embed", "no");
        var texts = Enumerable.Repeat(Prompt.FromText("1"), 100).ToArray();
        Assert.That(
            async () => await under.Pool.EmbedAsync(texts).WaitAsync(Eventually.Patience),
            Throws.TypeOf<LaminaException>().With.Message.EqualTo("no"));
    }

    [Test]
    public async Task OpenSequence_Several_AreSpreadAndStay()
    {
        await using var under = await PoolUnderTest.StartAsync(2);
        var sequences = new List<ISequence>();
        for (var i = 0; i < 4; i++)
        {
            sequences.Add(await under.Pool.OpenSequenceAsync());
        }

        Assert.That(under.Pool.GetWorkers().Select(worker => worker.OpenSequences), Is.All.EqualTo(2));
        for (var i = 0; i < 4; i++)
        {
            await sequences[i].AppendAsync($"append {i}");
            Assert.That(under[i % 2].Prompts, Has.Member($"append {i}"));
        }

        sequences.Add(sequences[0].Fork());
        Assert.That(under.Pool.GetWorkers()[0].OpenSequences, Is.EqualTo(3));
        foreach (var sequence in sequences)
        {
            await sequence.DisposeAsync();
            sequence.Dispose();
        }

        Assert.That(under.Pool.GetWorkers().Select(worker => worker.OpenSequences), Is.All.Zero);
    }

    [Test]
    public async Task Sequences_Running_CountAsLoad()
    {
        await using var under = await PoolUnderTest.StartAsync(2);
        await using var sequence = await under.Pool.OpenSequenceAsync();
        var hold = new TaskCompletionSource();
        under[0].Hold = under[1].Hold = hold.Task;
        var appending = sequence.AppendAsync("x");
        var running = under.Pool.ReadAllAsync("a");
        await Eventually.IsTrueAsync(() => under[1].Prompts.Count == 1);
        hold.SetResult();
        await Task.WhenAll(appending, running);
    }

    [Test]
    public async Task State_OfASequence_MovesToAnotherWorker()
    {
        using FakeRuntime one = new() { Answer = _ => "abc" }, other = new() { Answer = _ => "abc" };
        await using var pool = await EnginePool.StartAsync(
            [async _ => await one.StartEngineAsync(), async _ => await other.StartEngineAsync()]);
        await using var first = await pool.OpenSequenceAsync();
        await using var second = await pool.OpenSequenceAsync();
        await first.AppendAsync("x>");
        using var state = await first.GetStateAsync();
        second.SetState(state);
        Assert.That(second.Tokens, Is.EqualTo(first.Tokens));
        var text = "";
        await foreach (var token in second.GenerateAsync())
        {
            text += token.Text;
        }

        Assert.That(text, Is.EqualTo("abc"));
        Assert.That(other.Batches.Sum(batch => batch.Tokens.Count), Is.LessThan(6), "the prompt was not read again");
    }

    [Test]
    public async Task GetMetrics_SeveralWorkers_AddsThemUp()
    {
        await using var under = await PoolUnderTest.StartAsync(2);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => under.Pool.ReadAllAsync($"{i}")));
        Assert.That(under.Pool.GetMetrics().CompletedRequests, Is.EqualTo(10));
        under[0].Lose();
        await under.Pool.ReadAllAsync("x");
        await under.Pool.ReadAllAsync("x");
        await Eventually.IsTrueAsync(() => under.Pool.GetWorkers().All(worker => worker.State == PooledWorkerState.Living));
        Assert.That(under.Pool.GetMetrics().CompletedRequests, Is.EqualTo(12), "what the lost one had done among it");
    }

    /// <summary>Starts requests one after the other that do not end before they may.</summary>
    private static async Task<List<Task<List<Token>>>> HoldAsync(
        PoolUnderTest under, TaskCompletionSource hold, int count, Func<int, string> prompt)
    {
        var before = under.Started.Sum(engine => engine.Prompts.Count);
        var running = new List<Task<List<Token>>>();
        foreach (var engine in under.Started)
        {
            engine.Hold = hold.Task;
        }

        for (var i = 0; i < count; i++)
        {
            running.Add(under.Pool.ReadAllAsync(prompt(i)));
            await Eventually.IsTrueAsync(() => under.Started.Sum(engine => engine.Prompts.Count) == before + i + 1);
        }

        return running;
    }
}
