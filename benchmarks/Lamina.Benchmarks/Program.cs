using System.CommandLine;
using BenchmarkDotNet.Running;
using Lamina.Benchmarks;

var model = new Option<string>("--model") { Description = "the GGUF file to measure with", Required = true };
var rounds = new Option<int>("--rounds") { Description = "how often", DefaultValueFactory = _ => 15 };
var threads = new Option<int>("--threads")
{
    Description = "threads of both sides",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};

var ratios = new Command("ratios", "Holds the engine against a bare loop over the same bindings.")
{
    model, rounds, threads,
};
ratios.SetAction((arguments, cancellationToken) => Ratios.RunAsync(
    arguments.GetRequiredValue(model),
    arguments.GetValue(rounds),
    arguments.GetValue(threads),
    cancellationToken));

var dotnet = new Command(
    "run", $"Runs BenchmarkDotNet, with its own arguments; {BenchmarkModel.Variable} names the GGUF file.")
{
    TreatUnmatchedTokensAsErrors = false,
};
dotnet.SetAction(arguments =>
{
    BenchmarkSwitcher.FromAssembly(typeof(Ratios).Assembly).Run([.. arguments.UnmatchedTokens]);
    return 0;
});

return await new RootCommand("The speed of Lamina, each figure beside its baseline.") { ratios, dotnet }
    .Parse(args)
    .InvokeAsync();
