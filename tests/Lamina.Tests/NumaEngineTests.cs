using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tests.Sequences;

namespace Lamina.Tests;

/// <summary>A model on several nodes, as a runtime sees it.</summary>
internal sealed class NumaEngineTests
{
    private static readonly NumaPlan Plan = new()
    {
        Workers = [.. Enumerable.Range(1, 3).Select(threads => new NumaWorker { Node = threads, Cpu = new() { Affinity = Usable }, Threads = threads })],
    };

    private static CpuSet Usable => CpuTopology.Read().AllowedCpus;

    [Test]
    public async Task Load_Plan_StartsAWorkerForEachOfIt()
    {
        using var runtime = new FakeRuntime { Answer = _ => "yes" };
        var parts = new List<float>();
        await using var pool = await NumaEngine.LoadAsync(
            runtime, "x", new() { Cpu = new() { Polling = 9 } }, Plan, progress: new ActionProgress(parts.Add));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runtime.Decoders.Select(decoder => decoder.Options.Threads), Is.EqualTo([1, 2, 3]));
            Assert.That(runtime.Decoders.Select(decoder => decoder.Options.Cpu), Is.All.EqualTo(new CpuPlacement { Affinity = Usable, Polling = 9 }));
            Assert.That(parts, Is.EqualTo([1 / 3f, 2 / 3f, 1f]));
            Assert.That((await pool.ReadAllAsync("x>")).Text(), Is.EqualTo("yes"));
        }
    }

    [Test]
    public async Task Load_ThreadsOfTheOptions_CountBeforeThePlans()
    {
        using var runtime = new FakeRuntime();
        await using var pool = await NumaEngine.LoadAsync(runtime, "x", new() { Threads = 5 }, Plan);
        Assert.That(runtime.Decoders.Select(decoder => decoder.Options.Threads), Is.All.EqualTo(5).And.Exactly(3).Items);
    }

    [Test]
    public async Task Load_NoPlan_IsOneANodeOfThisMachine()
    {
        using var runtime = new FakeRuntime();
        await using var pool = await NumaEngine.LoadAsync(runtime, "x");
        Assert.That(runtime.Decoders, Has.Count.EqualTo(NumaPlan.Create(CpuTopology.Read()).Workers.Length));
    }

    [Test]
    public void Load_OptionsThatSayWhere_AreRefused()
    {
        using var runtime = new FakeRuntime();
        Assert.That(
            async () => await NumaEngine.LoadAsync(runtime, "x", new() { Cpu = new() { Affinity = Usable } }, Plan),
            Throws.ArgumentException.With.Message.Contains("the plan's to say"));
        Assert.That(runtime.Loads, Is.Zero);
    }

    [Test]
    public void Load_PlanOfAnotherMachine_IsRefused()
    {
        using var runtime = new FakeRuntime();
        var plan = new NumaPlan { Workers = [new() { Node = 0, Cpu = new() { Affinity = [8000] }, Threads = 1 }] };
        Assert.That(
            async () => await NumaEngine.LoadAsync(runtime, "x", plan: plan),
            Throws.ArgumentException.With.Message.Contains("the process may use " + Usable));
    }
}
