using Devices;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the devices were known.",
    async (result, interrupt) =>
    {
        var found = await Findings.OfAsync(commandLine.ReadModel(result), interrupt.Token);
        using var output = StandardOutput.Open();
        output.Write(commandLine.IsJson(result) ? FindingsJson.Of(found) + "\n" : Report.Of(found));
        return 0;
    });
