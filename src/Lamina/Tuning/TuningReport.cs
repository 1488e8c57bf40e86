using System.Collections.Immutable;
using Lamina.Quantization;

namespace Lamina.Tuning;

/// <summary>Which options are fast for a model on this machine, and how much they gain over the baseline.</summary>
/// <remarks>Immutable, so safe to use from any thread.</remarks>
public sealed record TuningReport
{
    /// <summary>The runtime that ran the model, with its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>The loads that were measured.</summary>
    public required ImmutableArray<Workload> Workloads { get; init; }

    /// <summary>Tokens of the prompt that was read.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens that each text got one by one.</summary>
    public required int DecodeTokens { get; init; }

    /// <summary>Tokens that each text had before those.</summary>
    public required int TextTokens { get; init; }

    /// <summary>Texts at once in a load of many streams.</summary>
    public required int Streams { get; init; }

    /// <summary>The baseline, then the settings of the last comparison and all others, each by their ratios.</summary>
    public required ImmutableArray<TunedSetting> Settings { get; init; }

    /// <summary>
    /// The fastest setting of the last comparison where three quarters of its rounds were faster than the baseline; else the
    /// baseline.
    /// </summary>
    public required TunedSetting Best { get; init; }

    /// <summary>What the settings are held against.</summary>
    public TunedSetting Baseline => Settings[0];

    /// <summary>How many times as fast as the baseline the best setting is: 1 where it is the baseline.</summary>
    public double Gain => Best.Ratio;

    /// <summary>The report as a table in Markdown, with what its figures are below it.</summary>
    public string ToTable() => TuningTable.Write(this);

    /// <summary>The report as a picture in SVG: each setting's ratio to the baseline, with its spread.</summary>
    public string ToSvg() => TuningChart.Write(this);

    /// <summary>
    /// The best options as JSON with the section <c>Lamina</c>, which <see cref="LaminaServiceCollectionExtensions"/> reads from
    /// configuration.
    /// </summary>
    /// <exception cref="NotSupportedException">The baseline had something that is not written (<see cref="EngineRegistration.ToJson"/>).</exception>
    public string ToConfiguration() => new EngineRegistration { ModelPath = ModelPath, Engine = Best.Options }.ToJson();
}
