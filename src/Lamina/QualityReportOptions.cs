using Lamina.Placement;
using Lamina.Validation;

namespace Lamina;

/// <summary>What a quality report measures. Null stands for the default.</summary>
public sealed record QualityReportOptions
{
    /// <summary>
    /// Tokens of a chunk of the text, at least 4 and no more than the model's context. Each chunk is read by itself, and
    /// each token in its second half is scored. Default: 512.
    /// </summary>
    public int ContextSize { get; init; } = 512;

    /// <summary>The most chunks to read, at least 1. Default: null, all that the text has.</summary>
    public int? Chunks { get; init; }

    /// <summary>
    /// In how many rounds the speed of every model is measured, from 0, which leaves it out, to 100. Each loads every model
    /// anew. Default: 3.
    /// </summary>
    public int SpeedRounds { get; init; } = 3;

    /// <summary>Tokens of the prompt whose reading is timed, at least 1; the model's context if that is less. Default: 512.</summary>
    public int PromptTokens { get; init; } = 512;

    /// <summary>Tokens that each text gets while decoding is timed, at least 1. Default: 64.</summary>
    public int DecodeTokens { get; init; } = 64;

    /// <summary>Texts at once while batched decoding is timed, from 1 to 256. Default: 8.</summary>
    public int Streams { get; init; } = 8;

    /// <summary>Threads that compute, from 1 to 512. Default: as in <see cref="EngineOptions.Threads"/>.</summary>
    public int? Threads { get; init; }

    /// <summary>What the models are put through besides. Default: nothing.</summary>
    public IReadOnlyList<IQualityCheck> Checks { get; init; } = [];

    /// <summary>
    /// The sizes of the engines that go through the checks. Default: null, 8 requests at a time of up to 1,024 tokens, or of
    /// the model's context if that is less.
    /// </summary>
    public EngineOptions? Engine { get; init; }

    /// <summary>
    /// Where the source's distributions are kept while the report is made: two bytes for each token of the vocabulary and
    /// each scored token. Default: null, the system's folder for such files.
    /// </summary>
    public string? TemporaryFolder { get; init; }

    internal int ThreadCount => Threads ?? CpuTopology.Current.GetDefaultThreads();

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(QualityReportOptions);
        return [
            .. Fault.OutOfRange<int>(owner, nameof(ContextSize), ContextSize, 4, 1 << 20),
            .. Fault.OutOfRange(owner, nameof(Chunks), Chunks, 1, int.MaxValue),
            .. Fault.OutOfRange<int>(owner, nameof(SpeedRounds), SpeedRounds, 0, 100),
            .. Fault.OutOfRange<int>(owner, nameof(PromptTokens), PromptTokens, 1, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(DecodeTokens), DecodeTokens, 1, 1 << 20),
            .. Fault.OutOfRange<int>(owner, nameof(Streams), Streams, 1, EngineOptions.MaxSequencesLimit),
            .. Fault.OutOfRange(owner, nameof(Threads), Threads, 1, 512),
            .. Checks is null || Checks.Any(check => check is null)
                ? [$"{owner}.{nameof(Checks)} was null or held a null; leave it out for none."]
                : Array.Empty<string>(),
            .. TemporaryFolder is null || Directory.Exists(TemporaryFolder) ? Array.Empty<string>()
                : [$"{owner}.{nameof(TemporaryFolder)} was '{TemporaryFolder}'; there is no such folder."],
            .. Engine?.Faults() ?? [],
        ];
    }
}
