using Lamina.Placement;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.TestSupport;

namespace Lamina.Tests.Runtime;

/// <summary>What may be asked for, and how it gets to a runtime.</summary>
internal sealed class CpuPlacementTests
{
    private static readonly object[] Wrong =
    [
        new object[] { new CpuPlacement { Affinity = [] }, "Affinity was empty" },
        new object[] { new CpuPlacement { Polling = 101 }, "Polling was 101; it must be from 0 to 100" },
        new object[] { new CpuPlacement { Priority = (CpuPriority)4 }, "Priority was 4" },
        new object[] { new CpuPlacement { MemoryNode = -1 }, "MemoryNode was -1; it must be from 0 to 1023" },
        new object[] { new CpuPlacement { NumaStrategy = (NumaStrategy)4 }, "NumaStrategy was 4" },
        new object[] { new CpuPlacement { NumaStrategy = NumaStrategy.Isolate, PinThreads = true }, "NumaStrategy was Isolate, which places threads by itself" },
        new object[] { new CpuPlacement { NumaStrategy = NumaStrategy.Numactl, MemoryNode = 0 }, "NumaStrategy was Numactl, which" },
        new object[] { new CpuPlacement { Affinity = [8000] }, "Affinity was 8000; the process may use" },
        new object[] { new CpuPlacement { MemoryNode = 1000 }, "MemoryNode was 1000; the process may take memory of" },
    ];

    [TestCaseSource(nameof(Wrong))]
    public void Load_Wrong_IsRefusedBeforeTheModelIsRead(CpuPlacement cpu, string why)
    {
        using var runtime = new FakeRuntime();
        Assert.That(
            async () => await runtime.StartEngineAsync(new() { Cpu = cpu }),
            Throws.ArgumentException.With.Message.Contains("CpuPlacement." + why).And.Property("ParamName").EqualTo("options"));
        Assert.That(runtime.Loads, Is.Zero);
    }

    [Test]
    public void Load_PinnedThreadsWithoutEnoughCpus_SaysSo()
    {
        using var runtime = new FakeRuntime();
        var options = new EngineOptions { Cpu = new() { PinThreads = true }, Threads = 1, BatchThreads = 512 };
        Assert.That(
            async () => await runtime.StartEngineAsync(options),
            Throws.ArgumentException.With.Message.Contains("512 threads on the CPUs"));
    }

    [Test]
    public async Task Load_Placement_ReachesTheRuntimeWithItsCpus()
    {
        using var runtime = new FakeRuntime();
        var cpu = new CpuPlacement { Affinity = CpuTopology.Read().AllowedCpus, PinThreads = true, Polling = 3 };
        await using var engine = await runtime.StartEngineAsync(new() { Cpu = cpu, Threads = 1 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(runtime.LoadOptions.Single()!.Cpu, Is.EqualTo(cpu));
            Assert.That(runtime.Decoders.Single().Options.Cpu, Is.EqualTo(cpu with { Affinity = [cpu.Affinity.First()] }));
        }
    }

    [Test]
    public void Take_CpusOfAnotherEngine_WarnsUntilItIsGone()
    {
        using var log = new LogRecorder();
        var logger = log.CreateLogger("");
        var first = CpuReservation.Take("first", [4000, 4001, 4002], logger);
        CpuReservation.Take("beside", [4003], logger).Dispose();
        Assert.That(log.Warnings, Is.Empty);

        CpuReservation.Take("second", [4002, 4003], logger).Dispose();
        Assert.That(
            log.Warnings.Single(),
            Does.StartWith("second was given the CPUs 4002-4003, of which 4002 belong to another engine of this process, first"));

        first.Dispose();
        CpuReservation.Take("third", [4001], logger).Dispose();
        Assert.That(log.Warnings, Has.Exactly(1).Items);
    }

    [Test]
    public async Task Load_SecondEngineOnTheSameCpus_IsWarnedOf()
    {
        using var runtime = new FakeRuntime();
        using var log = new LogRecorder();
        var options = new EngineOptions { Cpu = new() { Affinity = [CpuTopology.Read().AllowedCpus.First()] } };
        await (await InferenceEngine.LoadAsync(runtime, "x", options, loggerFactory: log)).DisposeAsync();
        await using var one = await InferenceEngine.LoadAsync(runtime, "x", options, loggerFactory: log);
        Assert.That(log.Warnings, Is.Empty);

        await using var two = await InferenceEngine.LoadAsync(runtime, "x", options, loggerFactory: log);
        Assert.That(log.Warnings.Single(), Does.Contain("another engine of this process, fake"));
    }
}
