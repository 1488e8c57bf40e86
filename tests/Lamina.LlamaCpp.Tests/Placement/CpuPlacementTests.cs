using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;
using Lamina.LlamaCpp.Tests.ExtensionsAI;
using Lamina.Placement;
using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Placement;

/// <summary>Placements as the system sees them afterwards.</summary>
public sealed class CpuPlacementTests
{
    private static readonly CpuSet Allowed = CpuTopology.Read().AllowedCpus;

    [OneTimeSetUp]
    public void OnLinux()
    {
        if (!LinuxThread.IsSupported)
        {
            Assert.Ignore("Only Linux on x64 or Arm64 says where threads and memory are.");
        }
    }

    [Test]
    public async Task Affinity_OfAnEngine_IsThatOfItsThreads()
    {
        CpuSet some = [Allowed.Last()];
        var before = ThreadFiles.All();
        await using var engine = await LoadAsync(new() { Affinity = some }, threads: 3);
        await engine.GenerateAsync("Hi", new() { MaxTokens = 3 }).CountAsync();

        Assert.That(Placed(before, some), Is.EqualTo(3), "the loop's thread and two of the pool");
    }

    [Test]
    public async Task NumaEngine_TwoWorkers_HaveTheirOwnCpus()
    {
        var topology = CpuTopology.Read();
        if (topology.CoresOf(Allowed).Count < 2)
        {
            Assert.Ignore("There is one core, so nothing to divide.");
        }

        var before = ThreadFiles.All();
        var plan = NumaPlan.Create(topology, workers: 2);
        await using var pool = await NumaEngine.LoadAsync(
            new LlamaCppRuntime(), TestEngines.TinyPath, new() { ContextSize = 64, MaxSequences = 1 }, plan);
        await pool.GenerateAsync("Hi", new() { MaxTokens = 3 }).CountAsync();
        Assert.That(
            plan.Workers.Select(worker => Placed(before, worker.Cpu.Affinity!)),
            Is.EqualTo(plan.Workers.Select(worker => worker.Threads)));
    }

    [Test]
    public void Affinity_AfterADecoder_DoesNotHoldForThreadsThatItsThreadStarts() => WithDecoder(
        new() { Affinity = [Allowed.First()] },
        threads: 1,
        _ =>
        {
            CpuSet own = ThreadFiles.Affinity(ThreadFiles.Current()), started = [];
            var other = new Thread(() => started = ThreadFiles.Affinity(ThreadFiles.Current()));
            other.Start();
            other.Join();
            Assert.That((own, started), Is.EqualTo((CpuSet.Of(Allowed.First()), Allowed)));
        });

    [Test]
    public void PinThreads_OfAPool_HaveOneCpuEach()
    {
        if (Allowed.Count < 2)
        {
            Assert.Ignore("There is one CPU, so nothing to tell threads apart by.");
        }

        var before = ThreadFiles.All();
        WithDecoder(new() { PinThreads = true }, threads: 2, _ =>
        {
            var cpus = ThreadFiles.All().Except(before).Select(ThreadFiles.Affinity).Where(cpus => cpus.Count == 1).ToArray();
            Assert.That(cpus, Has.Length.EqualTo(2));
            Assert.That(cpus, Is.Unique);
        });
    }

    [TestCase(CpuPriority.Low, 3, 0)]
    [TestCase(CpuPriority.Normal, 0, 0)]
    public void Priority_WithoutRights_IsThatOfTheThreads(CpuPriority priority, int policy, int rank) =>
        ReadPriority(priority, policy, rank);

    [TestCase(CpuPriority.Medium, 40)]
    [TestCase(CpuPriority.High, 80)]
    [TestCase(CpuPriority.Realtime, 90)]
    public void Priority_ThatTakesRights_IsThatOfTheThreadsOrRefused(CpuPriority priority, int rank)
    {
        try
        {
            ReadPriority(priority, policy: 1, rank);
        }
        catch (LaminaException exception)
        {
            Assert.That(exception.Message, Does.Contain($"CpuPlacement.Priority was {priority}"));
            Assert.Ignore("This process has no right to real-time threads.");
        }
    }

    [Test]
    public void Priority_RightsTakenAway_IsRefusedWithWhatItTakes() => Threads.Run(() =>
    {
        DropCapabilities();
        using var model = Load(new());
        Assert.That(
            () => model.CreateDecoder(Options(new() { Priority = CpuPriority.Realtime, Polling = 0 }, threads: 2)),
            Throws.TypeOf<LaminaException>()
                .With.Message.Contains("CpuPlacement.Priority was Realtime").And.Message.Contains("CAP_SYS_NICE").And.Message.Contains("at least 90"));
        Assert.That(ThreadFiles.Schedule(ThreadFiles.Current()), Is.EqualTo((0, 0)), "nothing was left");
    });

    [Test]
    public unsafe void Parameters_OfAPool_AreThoseAskedFor()
    {
        var parameters = ThreadPoolHandle.Parameters(
            3, new() { Affinity = [0, 9, 511], PinThreads = true, Priority = CpuPriority.Low, Polling = 7 });
        var mask = MemoryMarshal.CreateReadOnlySpan(ref parameters.CpuMask[0], 512).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mask.Index().Where(cpu => cpu.Item != 0).Select(cpu => cpu.Index), Is.EqualTo([0, 9, 511]));
            Assert.That((parameters.Threads, parameters.StrictCpu, parameters.Priority, parameters.Poll), Is.EqualTo((3, 1, -1, 7u)));
        }
    }

    [Test]
    public void Parameters_OfNoPlacement_AreThoseOfTheDefault()
    {
        var bare = ThreadPoolHandle.Parameters(3, cpu: null);
        var placed = ThreadPoolHandle.Parameters(3, new());
        Assert.That(Bytes(placed), Is.EqualTo(Bytes(bare)), "what the documentation says is native code's own default");

        static byte[] Bytes(GgmlThreadPoolParams parameters) =>
            MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref parameters, 1))[..Marshal.OffsetOf<GgmlThreadPoolParams>(nameof(parameters.Paused)).ToInt32()].ToArray();
    }

    [TestCase(0, "bind:0")]
    [TestCase(null, "default")]
    public async Task MemoryNode_OfALoad_HoldsForItsThreadAndMapsNoFile(int? node, string policy)
    {
        RequireNodes();

        // A file of its own, since other tests may have the model mapped.
        var folder = Directory.CreateTempSubdirectory("lamina-placement").FullName;
        try
        {
            var path = Path.Combine(folder, "model.gguf");
            File.Copy(TinyModel.Path, path);
            var policies = new PolicyRecorder();
            using var model = await new LlamaCppRuntime().LoadAsync(path, new() { Cpu = new() { MemoryNode = node } }, policies);
            Assert.That(policies.Found, Is.Not.Empty.And.All.EqualTo(policy));
            Assert.That(ThreadFiles.IsMapped(path), Is.EqualTo(node is null));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void MemoryNode_OfADecoder_HoldsForItsPoolAndNotForLongOnItsThread()
    {
        RequireNodes();
        var before = ThreadFiles.All();
        WithDecoder(new() { MemoryNode = 0 }, threads: 3, _ =>
        {
            var own = ThreadFiles.Current();
            var pool = ThreadFiles.All().Except(before).Except([own]).Select(ThreadFiles.Policy).ToArray();
            Assert.That(pool.Count(policy => policy is "bind:0"), Is.EqualTo(2), "they inherit what held while the cache was made");
            Assert.That(ThreadFiles.Policy(own), Is.EqualTo("default"));
        });
    }

    [Test]
    public async Task MemoryNode_AnswersAreTheSame()
    {
        RequireNodes();
        await using var plain = await LlamaCpp.LoadAsync(TinyModel.Path, new() { ContextSize = 64, MaxSequences = 1, Threads = 1 });
        await using var placed = await LlamaCpp.LoadAsync(
            TinyModel.Path, new() { ContextSize = 64, MaxSequences = 1, Threads = 1, Cpu = new() { MemoryNode = 0, PinThreads = true } });
        const string text = "The quick brown fox";
        var expected = (await plain.ScoreAsync(text)).LogLikelihood;
        Assert.That((await placed.ScoreAsync(text)).LogLikelihood, Is.EqualTo(expected).Within(0.05));
    }

    [Test]
    public void Load_PlacementThatIsNotHere_IsRefusedByTheRuntimeItself()
    {
        var runtime = new LlamaCppRuntime();
        using (Assert.EnterMultipleScope())
        {
            Refused(new() { MemoryNode = 1000 }, "MemoryNode was 1000");
            Refused(new() { Affinity = [600] }, "from 0 to 511");
            Refused(new() { Affinity = [] }, "Affinity was empty");
        }

        void Refused(CpuPlacement cpu, string why) => Assert.That(
            async () => await runtime.LoadAsync(TestEngines.TinyPath, new() { Cpu = cpu }),
            Throws.ArgumentException.With.Message.Contains(why));
    }

    [Test]
    public void CreateDecoder_PinnedWithoutEnoughCpus_IsRefused()
    {
        using var model = Load(new());
        Threads.Run(() => Assert.That(
            () => model.CreateDecoder(Options(new() { PinThreads = true, Affinity = [Allowed.First()] }, threads: 2)),
            Throws.ArgumentException.With.Message.Contains("2 threads on the CPUs")));
    }

    [Test]
    public void ThrowIfNoRoom_MoreThanTheNodeHas_SaysHowMuch() => Assert.That(
        () => PlacementGuard.ThrowIfNoRoom("load model", new() { MemoryNode = CpuTopology.Read().MemoryNodes[0] }, Offload.None, long.MaxValue),
        Throws.TypeOf<MemoryLimitException>().With.Message.Contains("NUMA node"));

    [Test]
    public async Task Load_TwoEnginesOnOneCpu_IsLogged()
    {
        using var log = new LogRecorder();
        var options = new EngineOptions { ContextSize = 64, MaxSequences = 1, Threads = 1, Cpu = new() { Affinity = [Allowed.First()], Polling = 0 } };
        await using var one = await LlamaCpp.LoadAsync(TestEngines.TinyPath, options, loggerFactory: log);
        await using var two = await LlamaCpp.LoadAsync(TestEngines.TinyPath, options, loggerFactory: log);
        Assert.That(
            log.Warnings,
            Has.Exactly(1).Contains($"the CPUs {Allowed.First()}, of which {Allowed.First()} belong to another engine"));
    }

    private static void ReadPriority(CpuPriority priority, int policy, int rank)
    {
        var before = ThreadFiles.All();
        WithDecoder(new() { Priority = priority, Polling = 0 }, threads: 2, _ =>
        {
            var own = ThreadFiles.Current();
            (int, int) started = (-1, -1);
            var other = new Thread(() => started = ThreadFiles.Schedule(ThreadFiles.Current()));
            other.Start();
            other.Join();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(ThreadFiles.Schedule(own), Is.EqualTo((policy, rank)));
                Assert.That(
                    ThreadFiles.All().Except(before).Except([own]).Select(ThreadFiles.Schedule),
                    Has.Some.EqualTo((policy, rank)),
                    "the pool's other thread");
                Assert.That(started, Is.EqualTo((0, 0)), "a thread that this one starts");
            }
        });
    }

    private static void WithDecoder(CpuPlacement cpu, int threads, Action<IDecoder> work)
    {
        using var model = Load(new());
        Threads.Run(() =>
        {
            using var decoder = model.CreateDecoder(Options(cpu, threads));
            Decode(decoder);
            work(decoder);
        });
    }

    private static void Decode(IDecoder decoder)
    {
        var batch = new DecodeBatch(1);
        batch.Add(5, 0, 0, output: true);
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
    }

    private static DecoderOptions Options(CpuPlacement cpu, int threads) =>
        Threads.Options with { Cpu = cpu, Threads = threads, BatchThreads = threads };

    private static ILanguageModel Load(ModelLoadOptions options) =>
        new LlamaCppRuntime().LoadAsync(TestEngines.TinyPath, options).GetAwaiter().GetResult();

    private static Task<IInferenceEngine> LoadAsync(CpuPlacement cpu, int threads) => LlamaCpp.LoadAsync(
        TestEngines.TinyPath, new() { ContextSize = 64, MaxSequences = 1, Threads = threads, Cpu = cpu });

    private static int Placed(int[] before, CpuSet cpus) =>
        ThreadFiles.All().Except(before).Count(thread => ThreadFiles.Affinity(thread).Equals(cpus));

    private static void RequireNodes()
    {
        if (!Directory.Exists("/sys/devices/system/node/node0"))
        {
            Assert.Ignore("This kernel knows of no NUMA nodes.");
        }
    }

    /// <summary>Takes all capabilities from the calling thread.</summary>
    private static unsafe void DropCapabilities()
    {
        var version = stackalloc int[] { 0x20080522, 0 };
        var none = stackalloc int[6];
        var number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 91 : 126;
        Assert.That((int)Native.syscall(number, (nint)version, (nint)none, 0, 0, 0), Is.Zero);
    }

    /// <summary>The policies under which progress is reported, on the thread that loads.</summary>
    private sealed class PolicyRecorder : IProgress<float>
    {
        public List<string> Found { get; } = [];

        public void Report(float value) => Found.Add(ThreadFiles.Policy(ThreadFiles.Current()));
    }
}
