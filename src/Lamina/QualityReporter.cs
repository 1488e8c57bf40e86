using Lamina.Quantization.Quality;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina;

/// <summary>Measures what quantization costs and what it gives: quantized copies of a model beside the model itself.</summary>
/// <remarks>
/// One model is in memory at a time, and each reads the text once. Perplexity and divergence are those of llama.cpp's
/// <c>llama-perplexity</c>. Safe for use from several threads, but speeds are only true of what runs alone.
/// </remarks>
public sealed class QualityReporter
{
    private readonly IModelRuntime _runtime;
    private readonly QualityReportOptions _options;

    /// <summary>Creates a reporter, which loads nothing.</summary>
    /// <param name="runtime">What loads and runs the models.</param>
    /// <param name="options">What is measured; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options have faults, all of which the message lists.</exception>
    public QualityReporter(IModelRuntime runtime, QualityReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        _options = options ?? new();
        Fault.Throw(_options.Faults(), nameof(options));
        _runtime = runtime;
    }

    /// <summary>Makes a report, away from the caller's thread.</summary>
    /// <param name="source">The model that the others are copies of.</param>
    /// <param name="candidates">The copies; none gives a report of the source alone.</param>
    /// <param name="text">
    /// What the models read, like what they will read in use; the figures settle at some ten thousand tokens.
    /// </param>
    /// <param name="progress">Told how far it is; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops it soon; nothing is left behind.</param>
    /// <returns>The report, the source first and the candidates in their order.</returns>
    /// <exception cref="ArgumentException">
    /// Two labels are the same, or one is empty; the text is shorter than one chunk, or a chunk longer than a model's context;
    /// or a candidate has another vocabulary than the source.
    /// </exception>
    /// <exception cref="FileNotFoundException">A model's file is not there.</exception>
    /// <exception cref="NotSupportedException">A model does not generate text.</exception>
    /// <exception cref="IOException">The disk has no room for the source's distributions.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">A model cannot be loaded, or a computation failed.</exception>
    public async Task<QualityReport> CreateAsync(
        QualityModel source,
        IReadOnlyList<QualityModel> candidates,
        string text,
        IProgress<QualityProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(text);
        QualityModel[] models = [source, .. candidates];
        Fault.Throw(Faults(models), nameof(candidates));
        if (models.FirstOrDefault(model => !File.Exists(model.Path)) is { } missing)
        {
            throw new FileNotFoundException($"The model '{missing.Label}' is not at '{missing.Path}'.", missing.Path);
        }

        using var run = new QualityRun(_runtime, _options, models, text, progress);
        return await run.MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<string> Faults(QualityModel[] models)
    {
        if (models.Any(model => model is null || string.IsNullOrWhiteSpace(model.Label) || string.IsNullOrWhiteSpace(model.Path)))
        {
            return ["A model was null, or had no label or no path."];
        }

        return models.GroupBy(model => model.Label, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => $"The label '{group.Key}' was given {group.Count()} times; each model needs one of its own.");
    }
}
