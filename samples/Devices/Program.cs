using Devices;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the devices were known.",
    async (result, interrupt) =>
    {
        await commandLine.RunAsync(result, interrupt.Token);
        return 0;
    });
