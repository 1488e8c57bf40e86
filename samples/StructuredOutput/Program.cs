using Samples;
using StructuredOutput;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped; the answers so far are whole.",
    async (result, interrupt) => await new Answering(commandLine.Read(result)).RunAsync(interrupt.Token) ? 0 : 1);
