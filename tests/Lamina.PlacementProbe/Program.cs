using System.Globalization;
using Lamina.PlacementProbe;
using Lamina.Runtime;

// What has to be looked at in a process of its own, or on a machine of several NUMA nodes.
//   choices MODEL CHOICE…  an engine for each choice in turn, the name of a strategy or "Affinity"; a line for each
//   nodes MODEL            an engine on each node, and where its threads and its memory came to be
//   place MODEL CPUS NODE  an engine on some CPUs with the memory of a node, and the same
switch (args)
{
    case ["choices", var model, .. var choices]:
        foreach (var choice in choices)
        {
            Console.WriteLine(await Probe.ChooseAsync(model, choice));
        }

        return 0;
    case ["nodes", var model]:
        await Probe.ReportNodesAsync(model);
        return 0;
    case ["place", var model, var cpus, var node]:
        await Probe.PlaceAsync(model, CpuSet.Parse(cpus), int.Parse(node, CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("choices MODEL CHOICE…, nodes MODEL or place MODEL CPUS NODE");
        return 1;
}
