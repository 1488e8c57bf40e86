using System.CommandLine;
using Lamina.Benchmarks;
using Lamina.Benchmarks.Batching;
using Lamina.Benchmarks.Embeddings;
using Lamina.Benchmarks.Peers;
using Lamina.Benchmarks.Placement;
using Lamina.Benchmarks.Quantization;
using Lamina.Benchmarks.Samplers;
using Lamina.Benchmarks.Soak;
using Lamina.Benchmarks.Suite;
using Lamina.Benchmarks.Templates;
using Lamina.Benchmarks.Tuning;
using Lamina.Benchmarks.Workers;
using Lamina.LlamaCpp;
using Lamina.Workers;

if (WorkerProcess.IsWorker)
{
    return await WorkerProcess.RunAsync(LlamaCpp.LoadAsync);
}

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

var embeddings = new Command("embeddings", "Many short texts, against a bare loop over the same decoder.") { model, rounds, threads };
embeddings.SetAction((arguments, cancellationToken) => EmbeddingsCommand.RunAsync(
    arguments.GetRequiredValue(model),
    arguments.GetValue(rounds),
    arguments.GetValue(threads),
    cancellationToken));

var samplers = new Command("samplers", "Our samplers beside llama.cpp's, on the same logits.") { model, rounds };
samplers.SetAction((arguments, cancellationToken) => SamplersCommand.RunAsync(
    arguments.GetRequiredValue(model), arguments.GetValue(rounds), cancellationToken));

var templates = new Command("templates", "The prompt of a long conversation.") { model, rounds };
templates.SetAction((arguments, cancellationToken) => TemplatesCommand.RunAsync(
    arguments.GetRequiredValue(model), arguments.GetValue(rounds), cancellationToken));

var quantization = new Command("quantization", "Quantizing beside llama.cpp's own, and each profile's speed beside F16.")
{
    model, batchingRounds, threads,
};
quantization.SetAction((arguments, cancellationToken) => QuantizationCommand.RunAsync(
    arguments.GetRequiredValue(model),
    arguments.GetValue(batchingRounds),
    arguments.GetValue(threads),
    cancellationToken));

var workerCount = new Option<int>("--workers") { Description = "workers that divide the threads", DefaultValueFactory = _ => 2 };
var workers = new Command("workers", "A pool of workers, in one process and in several, beside one engine with all threads.")
{
    model, batchingRounds, threads, workerCount,
};
workers.SetAction((arguments, cancellationToken) => WorkersCommand.RunAsync(
    arguments.GetRequiredValue(model),
    arguments.GetValue(batchingRounds),
    arguments.GetValue(threads),
    arguments.GetValue(workerCount),
    cancellationToken));

var setting = new Option<int?>("--setting") { Hidden = true };
var placement = new Command("placement", "Estimated memory beside what is taken, and what it costs that devices are chosen.")
{
    model, rounds, setting,
};
placement.SetAction((arguments, cancellationToken) => arguments.GetValue(setting) is { } number
    ? PlacementCommand.MeasureAsync(arguments.GetRequiredValue(model), number, cancellationToken)
    : PlacementCommand.RunAsync(arguments.GetRequiredValue(model), arguments.GetValue(rounds), cancellationToken));

var defaults = new Command("defaults", "The default options beside the best that a full sweep finds on this machine.") { model, rounds };
defaults.SetAction((arguments, cancellationToken) => DefaultsCommand.RunAsync(
    arguments.GetRequiredValue(model), arguments.GetValue(rounds), cancellationToken));

var requests = new Option<int>("--requests") { Description = "the least number", DefaultValueFactory = _ => 20_000 };
var seed = new Option<int>("--seed") { Description = "what is chosen", DefaultValueFactory = _ => 1 };
var soak = new Command("soak", "Runs many short requests of every kind on a small model, and checks what comes of them.")
{
    model, requests, seed,
};
soak.SetAction(async (arguments, cancellationToken) =>
{
    var options = new SoakOptions(
        arguments.GetRequiredValue(model), arguments.GetValue(requests), arguments.GetValue(seed));
    return (await SoakRun.RunAsync(options, Console.Out, cancellationToken)).Count == 0 ? 0 : 1;
});

return await new RootCommand("The speed of Lamina, each figure beside its baseline.")
{
    ratios,
    batching,
    embeddings,
    samplers,
    templates,
    quantization,
    placement,
    workers,
    defaults,
    soak,
    SuiteCommand.Create(),
    PeersCommandLine.CreatePeers(),
    PeersCommandLine.CreateCurve(),
}
    .Parse(args)
    .InvokeAsync();
