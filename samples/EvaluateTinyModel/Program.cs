using EvaluateTinyModel;
using Samples;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped before the end.",
    async (result, interrupt) =>
    {
        await new EvaluationRun(commandLine.Read(result)).RunAsync(interrupt.Token);
        return 0;
    });
