using Lamina;
using Lamina.Sampling;

namespace TinyCorpus.Evaluation;

/// <summary>Asks a model the questions of a task, all at once, and has a program check the answers.</summary>
/// <param name="engine">The model; it stays the caller's.</param>
/// <param name="options">How it is tested.</param>
public sealed class TaskEvaluator(IInferenceEngine engine, EvaluationOptions options)
{
    /// <summary>Tests some tasks, one after the other.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="report">Is told each score as it is known; null for nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<TaskScore>> EvaluateAsync(
        IEnumerable<TinyTask> tasks, Action<TaskScore>? report = null, CancellationToken cancellationToken = default)
    {
        var scores = new List<TaskScore>();
        foreach (var task in tasks)
        {
            scores.Add(await EvaluateAsync(task, cancellationToken));
            report?.Invoke(scores[^1]);
        }

        return scores;
    }

    /// <summary>Tests one task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<TaskScore> EvaluateAsync(TinyTask task, CancellationToken cancellationToken = default)
    {
        var exercises = Exercises(task);
        var greedy = await GradeAsync(task, exercises, cancellationToken);
        var sampled = options.Samples == 0 ? [] : await Task.WhenAll(exercises
            .Take(options.SampledQuestions)
            .Select((exercise, index) => SampleAsync(task, exercise, index, cancellationToken)));
        return new(
            task,
            Share(greedy, verdict => verdict.IsWellFormed),
            Share(greedy, verdict => verdict.IsCorrect),
            sampled.Length == 0 ? 0 : sampled.Average(answers => Share(answers, answer => answer.Verdict.IsCorrect)),
            Share(sampled, HasRightMajority),
            Share(sampled, answers => Array.Exists(answers, answer => answer.Verdict.IsCorrect)));
    }

    /// <summary>Has a model answer the questions of one task greedily.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the program says of each answer; the questions are the same for every model.</returns>
    public Task<Verdict[]> GradeAsync(TinyTask task, CancellationToken cancellationToken = default) =>
        GradeAsync(task, Exercises(task), cancellationToken);

    private static double Share<T>(T[] all, Func<T, bool> isCounted) => all.Length == 0 ? 0 : (double)all.Count(isCounted) / all.Length;

    private static bool HasRightMajority((string Text, Verdict Verdict)[] answers) => answers
        .Where(answer => answer.Verdict.IsWellFormed)
        .GroupBy(answer => TinyTask.ReadAnswer(answer.Text) ?? answer.Text.Trim(), StringComparer.Ordinal)
        .MaxBy(group => group.Count())?.First().Verdict.IsCorrect ?? false;

    private Exercise[] Exercises(TinyTask task)
    {
        var random = new Random(options.Seed);
        return [.. Enumerable.Range(0, options.Questions).Select(_ => task.Create(random, heldOut: true))];
    }

    private Task<Verdict[]> GradeAsync(TinyTask task, Exercise[] exercises, CancellationToken cancellationToken) =>
        Task.WhenAll(exercises.Select(exercise => GreedyAsync(task, exercise, cancellationToken)));

    private async Task<Verdict> GreedyAsync(TinyTask task, Exercise exercise, CancellationToken cancellationToken)
    {
        var answer = await engine.CompleteAsync(Corpus.Ask(exercise).ToPrompt(), Options(new() { Temperature = 0 }), cancellationToken);
        return task.Check(exercise, answer.Text);
    }

    private async Task<(string Text, Verdict Verdict)[]> SampleAsync(
        TinyTask task, Exercise exercise, int index, CancellationToken cancellationToken)
    {
        var sampling = new SamplingOptions { Temperature = options.Temperature, TopK = 0, TopP = 1, MinP = 0 };
        using var sequence = await engine.OpenSequenceAsync(cancellationToken: cancellationToken);
        await sequence.AppendAsync(Corpus.Ask(exercise).ToPrompt(), cancellationToken);
        var forks = sequence.Fork(options.Samples);
        try
        {
            return await Task.WhenAll(forks.Select(async (fork, sample) =>
            {
                var seed = (uint)HashCode(index, sample);
                var answer = await fork.CompleteAsync(Options(sampling with { Seed = seed }), cancellationToken);
                return (answer.Text, task.Check(exercise, answer.Text));
            }));
        }
        finally
        {
            foreach (var fork in forks)
            {
                fork.Dispose();
            }
        }
    }

    private int HashCode(int index, int sample) => (((options.Seed * 1009) + index) * 1009) + sample;

    private GenerationOptions Options(SamplingOptions sampling) => new() { MaxTokens = options.MaxTokens, Sampling = sampling };
}
