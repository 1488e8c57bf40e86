using Quantize;
using Samples;

return await SampleProgram.RunAsync(
    CommandLine.Create(),
    args,
    "Stopped; nothing was left behind.");
