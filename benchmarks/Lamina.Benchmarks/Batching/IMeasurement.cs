namespace Lamina.Benchmarks.Batching;

/// <summary>One of the measurements of <c>batching</c>.</summary>
internal interface IMeasurement
{
    /// <summary>What <c>--only</c> calls it.</summary>
    string Name { get; }

    /// <summary>Measures, and adds its rows to the bench's report.</summary>
    Task RunAsync(Bench bench, CancellationToken cancellationToken);
}
