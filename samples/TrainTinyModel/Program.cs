using Samples;
using TrainTinyModel;

TorchLibrary.Prepare();
var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped. The same command goes on from where it was.",
    async (result, interrupt) =>
    {
        await new TrainingRun(commandLine.Read(result)).RunAsync(interrupt.Token);
        return 0;
    });
