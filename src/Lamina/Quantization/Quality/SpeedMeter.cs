using Lamina.Runtime;

namespace Lamina.Quantization.Quality;

/// <summary>Measures how fast a model is that was loaded a moment ago.</summary>
internal sealed class SpeedMeter
{
    /// <summary>Tokens that are read untimed before a prompt, so that all that is done once is done.</summary>
    private const int WarmUpTokens = 32;

    private readonly IDecoder _decoder;
    private readonly DecodeBatch _batch;
    private readonly ReadOnlyMemory<int> _tokens;
    private readonly CancellationToken _cancellationToken;

    private SpeedMeter(IDecoder decoder, ReadOnlyMemory<int> tokens, CancellationToken cancellationToken)
    {
        _decoder = decoder;
        _batch = new(decoder.Options.BatchSize);
        _tokens = tokens;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Measures once, on the calling thread.</summary>
    /// <param name="model">The model.</param>
    /// <param name="started">When its load began, by the system's clock.</param>
    /// <param name="tokens">The tokens that it reads.</param>
    /// <param name="load">What is measured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static SpeedFigures Measure(
        ILanguageModel model, long started, ReadOnlyMemory<int> tokens, SpeedLoad load, CancellationToken cancellationToken)
    {
        using var decoder = model.CreateDecoder(load.DecoderOptions());
        using var stopping = cancellationToken.Register(decoder.Abort);
        var meter = new SpeedMeter(decoder, tokens, cancellationToken);
        meter.Read(1);
        var loadTime = TimeProvider.System.GetElapsedTime(started);
        meter.Read(Math.Min(load.PromptTokens, WarmUpTokens));
        return new()
        {
            LoadTime = loadTime,
            Prefill = Rate(load.PromptTokens, () => meter.Read(load.PromptTokens)),
            Decode = Rate(load.DecodeTokens, () => meter.Decode(1, load.DecodeTokens)),
            BatchedDecode = Rate(load.DecodeTokens * load.Streams, () => meter.Decode(load.Streams, load.DecodeTokens)),
        };
    }

    /// <summary>The medians of several measurements, figure by figure.</summary>
    public static SpeedFigures Median(IReadOnlyCollection<SpeedFigures> rounds) => new()
    {
        LoadTime = TimeSpan.FromSeconds(Middle(rounds.Select(round => round.LoadTime.TotalSeconds))),
        Prefill = Middle(rounds.Select(round => round.Prefill)),
        Decode = Middle(rounds.Select(round => round.Decode)),
        BatchedDecode = Middle(rounds.Select(round => round.BatchedDecode)),
    };

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Rate(int tokens, Action work)
    {
        var started = TimeProvider.System.GetTimestamp();
        work();
        return tokens / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private void Read(int count)
    {
        _batch.Clear();
        for (var place = 0; place < count; place++)
        {
            Add(place, sequence: 0, output: place == count - 1);
        }

        Compute();
        _decoder.Clear(0);
    }

    private void Decode(int streams, int count)
    {
        for (var place = 0; place < count; place++)
        {
            _batch.Clear();
            for (var sequence = 0; sequence < streams; sequence++)
            {
                Add(place, sequence, output: true);
            }

            Compute();
        }

        for (var sequence = 0; sequence < streams; sequence++)
        {
            _decoder.Clear(sequence);
        }
    }

    /// <summary>Each stream begins elsewhere in the text.</summary>
    private void Add(int place, int sequence, bool output) =>
        _batch.Add(_tokens.Span[(place + (sequence * 31)) % _tokens.Length], place, sequence, output);

    private void Compute()
    {
        _decoder.Run(_batch, _cancellationToken);
        _decoder.GetLogits(_batch.Count - 1); // a device may still be at work until they are asked for
    }
}
