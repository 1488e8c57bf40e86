using System.CommandLine;
using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Lamina.Benchmarks.Suite;

/// <summary>The verb <c>run</c>: the suite, by BenchmarkDotNet.</summary>
internal static class SuiteCommand
{
    /// <summary>Enough for the names of chains of samplers.</summary>
    private const int WidestParameter = 50;

    /// <summary>The classes of the suite.</summary>
    public static IReadOnlyList<Type> Benchmarks { get; } =
    [
        typeof(LoadBenchmarks),
        typeof(FirstTokenBenchmarks),
        typeof(PrefillBenchmarks),
        typeof(DecodeBenchmarks),
        typeof(MixedLoadBenchmarks),
        typeof(PrefixBenchmarks),
        typeof(ForkBenchmarks),
        typeof(SamplerBenchmarks),
        typeof(ConstraintBenchmarks),
        typeof(QuantizationBenchmarks),
        typeof(AllocationBenchmarks),
    ];

    public static Command Create()
    {
        var job = new Option<string>("--job")
        {
            Description = "how long: short (minutes), full (an hour), or dry (everything once)",
            DefaultValueFactory = _ => SuiteJobs.Short,
        };
        job.AcceptOnlyFromAmong([.. SuiteJobs.Names]);
        var filter = new Option<string[]>("--filter")
        {
            Description = "what, by names with * for any letters, such as *Decode* or *Load*.Engine",
            DefaultValueFactory = _ => ["*"],
            AllowMultipleArgumentsPerToken = true,
        };
        var exporters = new Option<string[]>("--exporters")
        {
            Description = "what is written into BenchmarkDotNet.Artifacts: json, markdown, csv, html and others of BenchmarkDotNet's",
            DefaultValueFactory = _ => ["json", "markdown"],
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "run",
            $"The suite by BenchmarkDotNet, with its other arguments as well (--list flat, --join); {BenchmarkModel.Variable} names a GGUF file, else the tiny model is measured; {BenchmarkModel.ThreadsVariable} says with how many threads, else all processors.")
        {
            job, filter, exporters,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(arguments => Run(
            Configure(arguments.GetValue(job)!),
            ["--filter", .. arguments.GetValue(filter)!, "--exporters", .. arguments.GetValue(exporters)!, .. arguments.UnmatchedTokens]));
        return command;
    }

    /// <summary>What all runs have in common.</summary>
    /// <param name="job">One of <see cref="SuiteJobs.Names"/>.</param>
    public static ManualConfig Configure(string job) => ManualConfig.CreateEmpty()
        .AddJob(SuiteJobs.Create(job))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .HideColumns(Column.Job, Column.Toolchain, Column.IterationCount, Column.IterationTime, Column.LaunchCount, Column.RunStrategy, Column.UnrollFactor, Column.WarmupCount)
        .AddAnalyser([.. DefaultConfig.Instance.GetAnalysers()])
        .AddValidator([.. DefaultConfig.Instance.GetValidators()])
        .AddLogger(ConsoleLogger.Default)
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(WidestParameter))
        .WithOption(ConfigOptions.DisableOptimizationsValidator, string.Equals(job, SuiteJobs.Dry, StringComparison.Ordinal));

    private static int Run(IConfig config, string[] arguments)
    {
        Summary[] summaries = [.. BenchmarkSwitcher.FromTypes([.. Benchmarks]).Run(arguments, config)];

        // Nothing runs where names are asked for, and where one is wrong, which BenchmarkDotNet has said.
        return (summaries.Length > 0 || arguments.Contains("--list", StringComparer.Ordinal)) && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
