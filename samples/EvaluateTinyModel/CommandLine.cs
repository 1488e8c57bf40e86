using System.CommandLine;
using Lamina;
using Samples;
using TinyCorpus;
using TinyCorpus.Evaluation;

namespace EvaluateTinyModel;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private const int Parallel = 64;
    private const int ContextSize = 768;

    private static readonly EvaluationOptions Defaults = new();

    private readonly Option<string?> _model = ModelOptions.CreateModel();

    private readonly Option<string[]> _tasks = new("--task")
    {
        Description = "Test this task only. May be given several times. [default: all]",
        HelpName = "name",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _questions = NumberOption.Create(
        ["--questions", "-q"], "count", "Questions of each task.", 1, 100_000, Defaults.Questions);

    private readonly Option<int?> _sampledQuestions = NumberOption.Create(
        ["--sampled-questions"], "count", "Of how many of them several answers are sampled.", 1, 100_000, Defaults.SampledQuestions);

    private readonly Option<int?> _samples = NumberOption.Create(
        ["--samples"], "count", "Answers sampled for each of those; 0 for none.", 0, 1000, Defaults.Samples);

    private readonly Option<float?> _temperature = NumberOption.Create(
        ["--temperature", "-t"], "number", "The temperature of sampled answers.", 0f, float.MaxValue, Defaults.Temperature);

    private readonly Option<int?> _seed = NumberOption.Create(
        ["--seed", "-s"], "number", "Decides which questions are asked.", 0, 1_000_000, Defaults.Seed);

    private readonly Option<int?> _threads = NumberOption.Create<int>(
        ["--threads"], "count", "Threads to compute with. [default: one for each processor]", 1, 512);

    public CommandLine()
    {
        TextOption.RefuseEmpty(_model);
        _tasks.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(token => token.Value))
            {
                if (!TinyTasks.All.Any(task => string.Equals(task.Name, name, StringComparison.Ordinal)))
                {
                    result.AddError($"Option '--task' was '{name}'; there are {string.Join(", ", TinyTasks.All.Select(task => task.Name))}.");
                }
            }
        });
        Root = new RootCommand("Tests a model on questions that a program makes and checks, none of which the tiny model was "
            + "trained on. Writes a table in Markdown.")
        {
            _model,
            _tasks,
            _questions,
            _sampledQuestions,
            _samples,
            _temperature,
            _seed,
            _threads,
        };
    }

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result)
    {
        var names = result.GetRequiredValue(_tasks);
        return new(
            ModelOptions.Read(result, _model),
            names.Length == 0 ? TinyTasks.All : [.. names.Select(TinyTasks.Get)],
            new() { ContextSize = ContextSize, MaxSequences = Parallel, Threads = result.GetValue(_threads) },
            new()
            {
                Questions = result.GetValue(_questions) ?? Defaults.Questions,
                SampledQuestions = result.GetValue(_sampledQuestions) ?? Defaults.SampledQuestions,
                Samples = result.GetValue(_samples) ?? Defaults.Samples,
                Temperature = result.GetValue(_temperature) ?? Defaults.Temperature,
                Seed = result.GetValue(_seed) ?? Defaults.Seed,
            });
    }
}
