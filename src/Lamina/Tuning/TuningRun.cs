namespace Lamina.Tuning;

/// <summary>A search for the fastest setting.</summary>
/// <param name="models">The models in memory.</param>
/// <param name="options">What is tuned for, and what may change.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class TuningRun(
    TuningModels models, TuningOptions options, TimeProvider time, IProgress<TuningProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Settings that are compared with the baseline at the end.</summary>
    private const int FinalistCount = 3;

    /// <summary>Turns of settings between two turns of the baseline.</summary>
    private const int GroupSize = 3;

    /// <summary>
    /// A setting that is so much slower than the upper quartile is dropped after one turn: noise does not explain that. The best
    /// of many single turns would be too high a mark, for it was lucky.
    /// </summary>
    private const double ClearlyWorse = 0.6;

    /// <summary>How often the neighbours of the best are tried.</summary>
    private const int MostSteps = 4;

    private const int LeastFinalRounds = 3;

    private readonly List<TuningEntry> _entries = [];
    private readonly TextStates _states = new();
    private readonly Random _random = new(options.Seed);
    private TimeSpan _loading;
    private TuningLoads? _loads;
    private TuningSpace? _space;

    private TuningLoads Loads => _loads!;

    private TuningSpace Space => _space!;

    public async Task<TuningReport> TuneAsync()
    {
        var model = await models.GetAsync(options.FullBaseline, cancellationToken).ConfigureAwait(false);
        if (!model.Info.CanGenerate)
        {
            throw new NotSupportedException($"'{model.Info.Name}' does not generate text; options are tuned for models that do.");
        }

        _loads = TuningLoads.Create(options, DecoderPlan.ContextSize(model.Info, options.FullBaseline));
        _space = new(model.Info, options, _loads);
        var started = time.GetTimestamp();
        await SearchAsync(() => Elapsed() > options.TimeBudget * 2 / 3).ConfigureAwait(false);
        await CompareAsync(() => Elapsed() > options.TimeBudget).ConfigureAwait(false);
        return Report(model.Info.Name);

        TimeSpan Elapsed() => time.GetElapsedTime(started) - _loading;
    }

    private async Task SearchAsync(Func<bool> isOver)
    {
        await HalveAsync([.. Space.Start()], isOver).ConfigureAwait(false);
        for (var step = 0; step < MostSteps && !isOver() && Leaders().FirstOrDefault() is { } leader; step++)
        {
            TuningEntry[] neighbours = [.. Space.Neighbours(leader)];
            if (neighbours.Length == 0)
            {
                return;
            }

            await HalveAsync(neighbours, isOver).ConfigureAwait(false);
            if (Leaders().First() == leader)
            {
                return;
            }
        }
    }

    /// <summary>Keeps the better half from round to round, until few are left.</summary>
    private async Task HalveAsync(TuningEntry[] entries, Func<bool> isOver)
    {
        _entries.AddRange(entries);
        for (var round = 0; entries.Length > 0 && (round < 2 || entries.Length > FinalistCount); round++)
        {
            await RoundAsync(entries, TuningPhase.Search, isOver).ConfigureAwait(false);
            if (isOver())
            {
                return;
            }

            TuningEntry[] left = [.. entries.Where(entry => entry.Failure is null).OrderByDescending(entry => entry.Ratio)];
            var least = ClearlyWorse * Quantiles.At([.. left.Select(entry => entry.Ratio)], 0.75);
            entries = round == 0 ? [.. left.Where(entry => entry.Ratio > least)] : left[..((left.Length + 1) / 2)];
        }
    }

    private async Task CompareAsync(Func<bool> isOver)
    {
        TuningEntry[] finalists = [.. Leaders().Take(FinalistCount)];
        foreach (var entry in finalists.Append(Space.Baseline))
        {
            entry.BeginComparison();
        }

        for (var round = 0; round < options.FinalRounds && !(round >= LeastFinalRounds && isOver()); round++)
        {
            await RoundAsync(finalists, TuningPhase.Comparison, () => false).ConfigureAwait(false);
        }
    }

    /// <summary>Every setting has a turn, and the baseline one after every few.</summary>
    private async Task RoundAsync(TuningEntry[] entries, TuningPhase phase, Func<bool> isOver)
    {
        // Those with the same weights one after the other, for only two models are in memory.
        var weights = options.Weights;
        var order = entries.Where(entry => entry.Failure is null)
            .OrderBy(entry => entry.Options.Quantization is { } one ? weights.IndexOf(one) : -1)
            .ThenBy(_ => _random.Next());
        var done = 0;
        var before = await BaselineAsync().ConfigureAwait(false);
        foreach (var group in order.ToArray().Chunk(GroupSize))
        {
            var turns = new List<(TuningEntry Entry, double[] Speeds)>();
            foreach (var entry in group)
            {
                if (await TryTurnAsync(entry).ConfigureAwait(false) is { } speeds)
                {
                    turns.Add((entry, speeds));
                }
            }

            var after = await BaselineAsync().ConfigureAwait(false);
            turns.ForEach(turn => turn.Entry.Add(turn.Speeds, before, after));
            before = after;
            done += group.Length;
            var best = Leaders().FirstOrDefault(entry => entry.Ratio > 1 && (phase == TuningPhase.Search || entry.IsFinalist)) ?? Space.Baseline;
            progress?.Report(new(
                phase, done, entries.Length, _entries.Count(entry => entry.Rounds > 0), best.Label, best == Space.Baseline ? 1 : best.Ratio));
            if (isOver())
            {
                return;
            }
        }
    }

    private async Task<double[]> BaselineAsync()
    {
        var speeds = await TurnAsync(Space.Baseline).ConfigureAwait(false);
        Space.Baseline.AddBaseline(speeds);
        return speeds;
    }

    /// <summary>A turn of a setting, or null where it cannot be run, which ends it for good.</summary>
    private async Task<double[]?> TryTurnAsync(TuningEntry entry)
    {
        try
        {
            return await TurnAsync(entry).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LaminaException or ArgumentException or IOException)
        {
            entry.Failure = e.Message;
            return null;
        }
    }

    private async Task<double[]> TurnAsync(TuningEntry entry)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        var model = await models.GetAsync(entry.Options, cancellationToken).ConfigureAwait(false);
        _loading += time.GetElapsedTime(started);

        // A decoder belongs to one thread.
        return await Task.Factory.StartNew(
            () =>
            {
                using var meter = new LoadMeter(model, entry.Plan, _states, time, cancellationToken);
                return meter.Measure(Loads);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>What was measured, the best first. One lucky turn does not count as much as two.</summary>
    private IEnumerable<TuningEntry> Leaders() => _entries
        .Where(entry => entry.Failure is null && entry.Rounds > 0)
        .OrderByDescending(entry => Math.Min(entry.Rounds, 2))
        .ThenByDescending(entry => entry.Ratio);

    private TuningReport Report(string modelName)
    {
        TuningEntry[] entries = [.. _entries.OrderByDescending(entry => entry.IsFinalist).ThenByDescending(entry => entry.Ratio)];
        TunedSetting[] settings = [Space.Baseline.ToSetting(isBaseline: true), .. entries.Select(entry => entry.ToSetting())];
        return new()
        {
            Runtime = "",
            ModelPath = "",
            ModelName = modelName,
            Workloads = Loads.Workloads,
            PromptTokens = Loads.PromptTokens,
            DecodeTokens = Loads.DecodeTokens,
            TextTokens = Loads.TextTokens,
            Streams = Loads.Streams,
            Settings = [.. settings],
            Best = settings[1 + Array.FindIndex(entries, entry => entry.IsFinalist && entry.LowerQuartile > 1)],
        };
    }
}
