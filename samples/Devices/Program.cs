using Devices;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the devices were known.",
    (result, _) =>
    {
        commandLine.Run(result);
        return Task.FromResult(0);
    });
