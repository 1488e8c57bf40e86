using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina.Tuning;

/// <summary>A setting while it is measured.</summary>
/// <param name="places">Which value of each knob it has.</param>
/// <param name="label">How it differs from the baseline.</param>
/// <param name="options">The engine's options.</param>
/// <param name="plan">The decoder that is measured.</param>
internal sealed class TuningEntry(ImmutableArray<int> places, string label, EngineOptions options, DecoderOptions plan)
{
    private readonly List<double[]> _speeds = [];
    private readonly List<double> _ratios = [];

    public ImmutableArray<int> Places { get; } = places;

    public string Label { get; } = label;

    public EngineOptions Options { get; } = options;

    public DecoderOptions Plan { get; } = plan;

    /// <summary>Why it could not be run.</summary>
    public string? Failure { get; set; }

    public bool IsFinalist { get; private set; }

    public int Rounds => _ratios.Count;

    /// <summary>The median of its ratios to the baseline.</summary>
    public double Ratio => Quantiles.Median(_ratios);

    /// <summary>Three quarters of its rounds have at least this ratio.</summary>
    public double LowerQuartile => Quantiles.At(_ratios, 0.25);

    /// <summary>Adds a turn.</summary>
    /// <param name="speeds">Tokens a second of each load.</param>
    /// <param name="before">Those of the baseline, right before.</param>
    /// <param name="after">And right after.</param>
    public void Add(double[] speeds, double[] before, double[] after)
    {
        _speeds.Add(speeds);
        _ratios.Add(Math.Exp(speeds.Select((speed, load) => Math.Log(speed / Math.Sqrt(before[load] * after[load]))).Average()));
    }

    /// <summary>Adds a turn of the baseline, whose ratios come of all of them.</summary>
    public void AddBaseline(double[] speeds)
    {
        _speeds.Add(speeds);
        var medians = Medians();
        _ratios.Clear();
        _ratios.AddRange(_speeds.Select(turn => Math.Exp(turn.Select((speed, load) => Math.Log(speed / medians[load])).Average())));
    }

    /// <summary>Forgets what made it a finalist.</summary>
    public void BeginComparison()
    {
        IsFinalist = true;
        _speeds.Clear();
        _ratios.Clear();
    }

    /// <summary>What is known of it.</summary>
    public TunedSetting ToSetting(bool isBaseline = false) => new()
    {
        Label = Label,
        Options = Options,
        Speeds = Medians(),
        Ratio = isBaseline ? 1 : Ratio,
        Spread = (Quantiles.At(_ratios, 0.75) - LowerQuartile) / 2,
        Rounds = Rounds,
        IsFinalist = IsFinalist,
        Failure = Failure,
    };

    private ImmutableArray<double> Medians() => _speeds.Count == 0 ? []
        : [.. Enumerable.Range(0, _speeds[0].Length).Select(load => Quantiles.Median([.. _speeds.Select(turn => turn[load])]))];
}
