using Lamina.Quantization.Quality;

namespace Lamina;

/// <summary>Something that every model of a quality report is put through: tasks, refusals.</summary>
public interface IQualityCheck
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Puts a model through it.</summary>
    /// <param name="engine">The model; it stays the caller's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// What the model did: at the same questions in the same order for every model, so that answers can be compared one by
    /// one. Or, where it does not apply to the model, the reason.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<CheckResult> RunAsync(IInferenceEngine engine, CancellationToken cancellationToken = default);
}
