using Lamina.Quantization.Quality;
using Lamina.Runtime;

namespace Lamina;

/// <summary>A quality report in the making.</summary>
/// <param name="runtime">What loads and runs the models.</param>
/// <param name="options">What is measured.</param>
/// <param name="models">The models, the source first.</param>
/// <param name="text">What they read.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class QualityRun(
    IModelRuntime runtime, QualityReportOptions options, QualityModel[] models, string text, IProgress<QualityProgress>? progress)
    : IDisposable
{
    private const int CheckContextSize = 1024;
    private const int CheckSequences = 8;

    private readonly List<SpeedFigures>[] _speeds = [.. models.Select(_ => new List<SpeedFigures>())];
    private readonly Dictionary<(IQualityCheck Check, string Name), CheckAnswers> _sourceAnswers = [];
    private SpeedLoad _load = new(options.PromptTokens, options.DecodeTokens, options.Streams, options.ThreadCount);
    private int _checkContextSize;
    private ReadingPlan? _plan;
    private TextScorer? _scorer;

    /// <summary>Makes the report. What is wrong with a model or the text shows in the first round of the speeds.</summary>
    public async Task<QualityReport> MakeAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < options.SpeedRounds; round++)
        {
            for (var i = 0; i < models.Length; i++)
            {
                await MeasureSpeedAsync(i, cancellationToken).ConfigureAwait(false);
                Report(i, QualityPhase.Speed, (round + 1d) / options.SpeedRounds);
            }
        }

        var lines = new List<ModelQuality>();
        for (var i = 0; i < models.Length; i++)
        {
            var line = await ReadTextAsync(i, cancellationToken).ConfigureAwait(false);
            lines.Add(options.Checks.Count == 0 ? line : await CheckAsync(i, line, cancellationToken).ConfigureAwait(false));
        }

        return new()
        {
            Runtime = runtime.Description,
            ContextSize = options.ContextSize,
            ScoredTokens = _plan!.ScoredTokens,
            PromptTokens = _load.PromptTokens,
            Streams = options.Streams,
            Models = [.. lines],
        };
    }

    public void Dispose() => _scorer?.Dispose();

    private async Task MeasureSpeedAsync(int index, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var model = await LoadAsync(index, cancellationToken).ConfigureAwait(false);
        var plan = Check(index, model);
        _speeds[index].Add(await OnThreadAsync(
            () => SpeedMeter.Measure(model, started, plan.Tokens, _load, cancellationToken)).ConfigureAwait(false));
    }

    private async Task<ModelQuality> ReadTextAsync(int index, CancellationToken cancellationToken)
    {
        using var model = await LoadAsync(index, cancellationToken).ConfigureAwait(false);
        var plan = Check(index, model);
        _scorer ??= new(plan, options.ThreadCount, models.Length > 1 ? options.TemporaryFolder ?? Path.GetTempPath() : null);
        var (perplexity, divergence) = await OnThreadAsync(() => index == 0
            ? (_scorer.ScoreSource(model, Report, cancellationToken), null)
            : _scorer.ScoreCandidate(model, Report, cancellationToken)).ConfigureAwait(false);
        return new()
        {
            Label = models[index].Label,
            FileType = model.Info.FileType,
            SizeBytes = model.Info.SizeBytes,
            ParameterCount = model.Info.ParameterCount,
            Perplexity = perplexity,
            Divergence = divergence,
            Speed = _speeds[index].Count == 0 ? null : SpeedMeter.Median(_speeds[index]),
        };

        void Report(double part) => this.Report(index, QualityPhase.Text, part);
    }

    private async Task<ModelQuality> CheckAsync(int index, ModelQuality line, CancellationToken cancellationToken)
    {
        var engineOptions = options.Engine ?? new()
        {
            ContextSize = _checkContextSize,
            MaxSequences = CheckSequences,
            Threads = options.Threads,
        };
        var engine = await InferenceEngine.LoadAsync(
            runtime, models[index].Path, engineOptions, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using var leaving = engine.ConfigureAwait(false);
        var done = 0;
        foreach (var check in options.Checks)
        {
            var result = await check.RunAsync(engine, cancellationToken).ConfigureAwait(false);
            line = result.SkipReason is { } reason
                ? line with { SkippedChecks = line.SkippedChecks.Add($"{check.Name}: {reason}") }
                : line with { Checks = line.Checks.AddRange(result.Answers.Select(answers => Score(index, check, answers))) };
            Report(index, QualityPhase.Checks, (double)++done / options.Checks.Count);
        }

        return line;
    }

    private CheckScore Score(int index, IQualityCheck check, CheckAnswers answers)
    {
        if (index == 0)
        {
            _sourceAnswers[(check, answers.Name)] = answers;
            return CheckScore.Of(answers, source: null);
        }

        return CheckScore.Of(answers, _sourceAnswers.GetValueOrDefault((check, answers.Name)));
    }

    private Task<ILanguageModel> LoadAsync(int index, CancellationToken cancellationToken) =>
        runtime.LoadAsync(models[index].Path, cancellationToken: cancellationToken);

    /// <summary>Refuses a model that cannot be in the report; the source's tokenizer makes the plan for all.</summary>
    private ReadingPlan Check(int index, ILanguageModel model)
    {
        var label = models[index].Label;
        if (!model.Info.CanGenerate)
        {
            throw new NotSupportedException(
                $"'{label}' does not generate text, so it has no next-token distribution; a report is of models that do.");
        }

        var limit = ContextLimit(model.Info, options);
        if (_plan is null)
        {
            _checkContextSize = Math.Min(CheckContextSize, limit);
            _load = _load.Within(limit);
            return _plan = ReadingPlan.Create(label, model.Tokenizer, text, options.ContextSize, options.Chunks);
        }

        _plan.ThrowIfOtherVocabulary(label, model.Tokenizer);
        return _plan;
    }

    /// <summary>The most tokens that a model reads.</summary>
    /// <exception cref="ArgumentException">The options ask for more.</exception>
    private static int ContextLimit(ModelInfo model, QualityReportOptions options)
    {
        // A model without a limit of its own, such as a recurrent one, may say 0.
        var limit = model.ContextLength > 0 ? model.ContextLength : int.MaxValue;
        return options.ContextSize <= limit ? limit : throw new ArgumentException(
            $"QualityReportOptions.ContextSize was {options.ContextSize}; '{model.Name}' was made for {limit} tokens at the most.",
            nameof(options));
    }

    private void Report(int index, QualityPhase phase, double part) =>
        progress?.Report(new(models[index].Label, phase, part));

    /// <summary>A decoder belongs to one thread.</summary>
    private static Task<T> OnThreadAsync<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
