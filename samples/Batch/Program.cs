using Batch;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the first answer.",
    async (result, interrupt) =>
    {
        var tally = await new BatchRun(commandLine.Read(result)).RunAsync(interrupt.Token);
        return tally.IsStopped ? interrupt.ExitCode : tally.Failed > 0 ? 1 : 0;
    });
