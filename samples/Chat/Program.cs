using ChatSample;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped.",
    async (result, interrupt) =>
    {
        await new Conversation(commandLine.Read(result), interrupt).RunAsync();
        return interrupt.ExitCode;
    });
