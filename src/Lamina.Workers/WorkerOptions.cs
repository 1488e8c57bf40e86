using System.Collections.Immutable;
using Lamina.Validation;

namespace Lamina.Workers;

/// <summary>How the process of a <see cref="WorkerEngine"/> is started and ended.</summary>
public sealed record WorkerOptions
{
    /// <summary>
    /// The program, which has to call <see cref="WorkerProcess.RunAsync"/>. Default: null, this application once more.
    /// </summary>
    public string? FileName { get; init; }

    /// <summary>The program's arguments, behind those that starting it takes. Default: none.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>
    /// What starts the program, with its own arguments, such as <c>numactl --cpunodebind=0 --membind=0</c>, each word by
    /// itself. It has to hand on standard input, output and error. Default: nothing.
    /// </summary>
    public ImmutableArray<string> Launcher { get; init; } = [];

    /// <summary>Environment variables beside those of this process; null takes one away. Default: none.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>
    /// How long the process may take until it answers at all, before it loads the model; above 0, a day at the most.
    /// Default: a minute.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the process may take to end by itself when it is disposed of, before it is killed; from 0 to a day.
    /// Default: 10 seconds.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(WorkerOptions);
        const int day = 24 * 60 * 60;
        return [
            .. FileName is { Length: 0 } ? [$"{owner}.{nameof(FileName)} was empty; leave it null for this application."] : Array.Empty<string>(),
            .. Unset(nameof(Arguments), Arguments),
            .. Unset(nameof(Launcher), Launcher),
            .. Environment is null ? [$"{owner}.{nameof(Environment)} was null; leave it out for no variables."] : Array.Empty<string>(),
            .. Fault.OutOfRange<double>(owner, "StartTimeout.TotalSeconds", StartTimeout.TotalSeconds, 0.001, day),
            .. Fault.OutOfRange<double>(owner, "StopTimeout.TotalSeconds", StopTimeout.TotalSeconds, 0, day),
        ];

        static IEnumerable<string> Unset(string property, ImmutableArray<string> words) => words.IsDefault || words.Any(word => word is null)
            ? [$"{owner}.{property} was not set or held null; give words, or leave it out."]
            : [];
    }
}
