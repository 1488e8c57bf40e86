using System.CommandLine;
using BenchmarkDotNet.Running;
using Lamina.Benchmarks;
using Lamina.Benchmarks.Batching;

var model = new Option<string>("--model") { Description = "the GGUF file to measure with", Required = true };
var rounds = new Option<int>("--rounds") { Description = "how often", DefaultValueFactory = _ => 15 };
var threads = new Option<int>("--threads")
{
    Description = "threads of both sides",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};

var ratios = new Command("ratios", "Holds the engine against a bare loop over the same decoder.")
{
    model, rounds, threads,
};
ratios.SetAction((arguments, cancellationToken) => Ratios.RunAsync(
    arguments.GetRequiredValue(model),
    arguments.GetValue(rounds),
    arguments.GetValue(threads),
    cancellationToken));

var batchingRounds = new Option<int>("--rounds") { Description = "how often", DefaultValueFactory = _ => 5 };
var only = new Option<string[]>("--only")
{
    Description = $"what to measure: {string.Join(", ", BatchingCommand.Names)}; all where it is not given",
    CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
    AllowMultipleArgumentsPerToken = true,
};
only.Validators.Add(result =>
{
    foreach (var name in (result.GetValueOrDefault<string[]>() ?? []).Except(BatchingCommand.Names, StringComparer.Ordinal))
    {
        result.AddError($"There is no measurement '{name}'.");
    }
});

var batching = new Command("batching", "Many streams, forks and prefixes, each figure beside its baseline.")
{
    model, batchingRounds, threads, only,
};
batching.SetAction((arguments, cancellationToken) => BatchingCommand.RunAsync(
    arguments.GetRequiredValue(model),
    arguments.GetValue(batchingRounds),
    arguments.GetValue(threads),
    arguments.GetValue(only) ?? [],
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

return await new RootCommand("The speed of Lamina, each figure beside its baseline.") { ratios, batching, dotnet }
    .Parse(args)
    .InvokeAsync();
