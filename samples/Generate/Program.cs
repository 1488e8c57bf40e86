using Generate;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the first token.",
    async (result, interrupt) =>
    {
        var finished = await new Generation(commandLine.Read(result)).RunAsync(interrupt.Token);
        return finished ? 0 : interrupt.ExitCode;
    });
