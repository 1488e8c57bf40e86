using Samples;
using Search;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the first answer.",
    async (result, interrupt) =>
    {
        var finished = await new SearchRun(commandLine.Read(result)).RunAsync(interrupt.Token);
        return finished ? 0 : interrupt.ExitCode;
    });
