using System.Globalization;
using Lamina.LlamaCpp;
using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina.PlacementProbe;

/// <summary>Loads engines in places, and says what came of it.</summary>
internal static class Probe
{
    /// <summary>Tries an engine with a strategy, or with CPUs of its own.</summary>
    /// <returns><c>ran</c>, or why it did not.</returns>
    public static async Task<string> ChooseAsync(string model, string choice)
    {
        var cpu = choice is "Affinity"
            ? new CpuPlacement { Affinity = CpuTopology.Read().AllowedCpus }
            : new CpuPlacement { NumaStrategy = Enum.Parse<NumaStrategy>(choice) };
        try
        {
            await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(
                model, new() { ContextSize = 64, MaxSequences = 1, Threads = 2, Cpu = cpu });
            await engine.GenerateAsync("Hi", new() { MaxTokens = 2 }).CountAsync();
            return "ran";
        }
        catch (LaminaException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Pools an engine on each node, has each answer, and writes what the system says of them.</summary>
    public static async Task ReportNodesAsync(string model)
    {
        var topology = CpuTopology.Read();
        foreach (var node in topology.Nodes)
        {
            Console.WriteLine($"node {node.Id}: CPUs {node.Cpus}, {node.MemoryBytes >> 20} MiB, {node.FreeMemoryBytes >> 20} free, "
                + $"distances {string.Join(' ', node.Distances)}");
        }

        Console.WriteLine($"cores {string.Join(" | ", topology.Cores)}; CPUs {topology.AllowedCpus}; quota {topology.CpuQuota}; "
            + $"threads {topology.GetDefaultThreads()}; memory of nodes {string.Join(',', topology.MemoryNodes)}");
        var plan = NumaPlan.Create(topology);
        foreach (var worker in plan.Workers)
        {
            Console.WriteLine($"worker: CPUs {worker.Cpu.Affinity} of node {worker.Node}, memory {worker.Cpu.MemoryNode}, {worker.Threads} threads");
        }

        var before = KibibytesByNode(Mappings());
        await using var pool = await NumaEngine.LoadAsync(new LlamaCppRuntime(), model, new() { MaxSequences = 2 }, plan);
        await Task.WhenAll(plan.Workers.Select((_, i) => pool.GenerateAsync($"Once {i}", new() { MaxTokens = 16 }).CountAsync().AsTask()));
        Console.WriteLine($"{pool.Model.SizeBytes >> 10} KiB of weights a worker");
        ReportThreads(topology);
        ReportMemory(before);
    }

    /// <summary>Loads an engine in a place, has it answer, and writes what the system says of it.</summary>
    public static async Task PlaceAsync(string model, CpuSet cpus, int node)
    {
        var before = KibibytesByNode(Mappings());
        var options = new EngineOptions { MaxSequences = 1, Cpu = new() { Affinity = cpus, MemoryNode = node, PinThreads = true, Polling = 0 } };
        await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(model, options);
        await engine.GenerateAsync("Hi", new() { MaxTokens = 1 }).CountAsync();
        var estimate = InferenceEngine.EstimateMemory(engine.Model, options);
        Console.WriteLine($"CPUs {cpus}, memory {node}: {estimate.WeightBytes >> 10} KiB of weights, "
            + $"{(estimate.KeyCacheBytes + estimate.ValueCacheBytes) >> 10} KiB of cache");
        ReportThreads(CpuTopology.Read());
        ReportMemory(before);
    }

    private static void ReportThreads(CpuTopology topology)
    {
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
        {
            var cpus = File.ReadLines(thread + "/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];
            if (!CpuSet.Parse(cpus).Equals(topology.AllowedCpus))
            {
                Console.WriteLine($"thread {Path.GetFileName(thread)} ({File.ReadAllText(thread + "/comm").Trim()}): CPUs {cpus}");
            }
        }
    }

    private static void ReportMemory(Dictionary<string, long> before)
    {
        foreach (var (node, kibibytes) in KibibytesByNode(Mappings()).OrderBy(found => found.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{node}: {kibibytes - before.GetValueOrDefault(node)} KiB more than before");
        }

        foreach (var large in Mappings().Select(mapping => KibibytesByNode([mapping])).Where(nodes => nodes.Values.Sum() >= 4096))
        {
            Console.WriteLine($"one mapping: {string.Join(", ", large.Select(node => $"{node.Key} {node.Value} KiB"))}");
        }
    }

    /// <summary>What the system says of the process' own memory, a line for each mapping.</summary>
    private static IEnumerable<string> Mappings() =>
        File.ReadLines("/proc/self/numa_maps").Where(line => line.Contains(" anon=", StringComparison.Ordinal));

    /// <summary>The pages of mappings, by the node that they are on.</summary>
    private static Dictionary<string, long> KibibytesByNode(IEnumerable<string> mappings) => mappings
        .SelectMany(mapping => mapping.Split(' '))
        .Where(word => word is ['N', >= '0' and <= '9', ..])
        .Select(word => word.Split('='))
        .GroupBy(found => found[0], found => long.Parse(found[1], CultureInfo.InvariantCulture), StringComparer.Ordinal)
        .ToDictionary(node => node.Key, node => node.Sum() * Environment.SystemPageSize / 1024, StringComparer.Ordinal);
}
