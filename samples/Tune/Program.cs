using Samples;
using Tune;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped; nothing was written.",
    async (result, interrupt) =>
    {
        var arguments = commandLine.Read(result);
        await (arguments.Roofline is null ? TuningCommand.RunAsync(arguments, interrupt.Token) : RooflineCommand.RunAsync(arguments, interrupt.Token));
        return 0;
    });
