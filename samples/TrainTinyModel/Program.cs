using Samples;
using TrainTinyModel;

var commandLine = new CommandLine();
return await SampleProgram.RunAsync(
    commandLine.Root,
    args,
    "Stopped. The same command goes on from the last checkpoint.",
    (result, interrupt) => Task.Run(() =>
    {
        new TrainingRun(commandLine.Read(result)).Run(interrupt.Token);
        return 0;
    }));
