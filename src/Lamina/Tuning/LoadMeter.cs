using Lamina.Quantization;
using Lamina.Runtime;

namespace Lamina.Tuning;

/// <summary>Times loads on a decoder of its own, on the calling thread.</summary>
internal sealed class LoadMeter : IDisposable
{
    /// <summary>Tokens that are read untimed, so that all that is done once is done.</summary>
    private const int WarmUpTokens = 32;

    /// <summary>What is read, over and over: where experts are chosen by tokens, not any tokens would do.</summary>
    private const string Text =
        "The lighthouse stood at the end of a long pier, and every evening an old man walked out to light its lamp. He had done so "
        + "for forty years, in storms and in fog, and he knew each stone by heart. One winter night the sea was so high that the waves "
        + "broke over the pier. His daughter asked him to stay at home, but he said that somewhere out there a ship was looking for the "
        + "harbour. He took his lantern, put on his coat and opened the door. ";

    private readonly ModelInfo _model;
    private readonly IDecoder _decoder;
    private readonly TextStates _states;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _stopping;
    private readonly DecodeBatch _batch;
    private readonly int[] _tokens;

    public LoadMeter(
        ILanguageModel model, DecoderOptions options, TextStates states, TimeProvider time, CancellationToken cancellationToken)
    {
        _model = model.Info;
        _decoder = model.CreateDecoder(options);
        _states = states;
        _time = time;
        _cancellationToken = cancellationToken;
        _stopping = cancellationToken.Register(_decoder.Abort);
        _batch = new(options.BatchSize);
        _tokens = model.Tokenizer.Encode(Text);
    }

    /// <summary>Times each load once.</summary>
    /// <returns>Tokens a second of each.</returns>
    public double[] Measure(TuningLoads loads)
    {
        WarmUp();
        return [.. loads.Workloads.Select(load => load switch
        {
            Workload.OneStream => Decode(1, loads.TextTokens, loads.DecodeTokens),
            Workload.ManyStreams => Decode(loads.Streams, loads.TextTokens, loads.DecodeTokens),
            _ => Prefill(loads.PromptTokens),
        })];
    }

    /// <summary>Does once what the first batches take time for.</summary>
    public void WarmUp()
    {
        Prefill(Math.Min(WarmUpTokens, _decoder.Options.ContextSize));
        Decode(1, depth: 0, count: 1);
    }

    /// <summary>Tokens a second while a prompt is read.</summary>
    public double Prefill(int count)
    {
        var speed = Rate(count, () => Read(0, count));
        _decoder.Clear(0);
        return speed;
    }

    /// <summary>Tokens a second of some streams together.</summary>
    /// <param name="streams">How many.</param>
    /// <param name="depth">Tokens that each has.</param>
    /// <param name="count">Tokens that each gets.</param>
    public double Decode(int streams, int depth, int count)
    {
        for (var sequence = 0; sequence < streams && depth > 0; sequence++)
        {
            Fill(sequence, depth);
        }

        var speed = Rate(streams * count, () =>
        {
            for (var place = depth; place < depth + count; place++)
            {
                Step(streams, place);
            }
        });
        for (var sequence = 0; sequence < streams; sequence++)
        {
            _decoder.Clear(sequence);
        }

        return speed;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _decoder.Dispose();
    }

    private double Rate(int tokens, Action work)
    {
        var started = _time.GetTimestamp();
        work();
        return tokens / _time.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Gives a sequence its tokens, from a state where there is one: that takes a thousandth of the time.</summary>
    private void Fill(int sequence, int count)
    {
        if (_states.TryLoad(_model, _decoder, sequence, count))
        {
            return;
        }

        Read(sequence, count);
        _states.Save(_model, _decoder, sequence, count);
    }

    private void Read(int sequence, int count)
    {
        for (var place = 0; place < count;)
        {
            _batch.Clear();
            for (var end = Math.Min(count, place + _batch.Capacity); place < end; place++)
            {
                Add(place, sequence, output: place == count - 1);
            }

            _decoder.Run(_batch, _cancellationToken);
        }

        Finish();
    }

    /// <summary>One token of each stream, at the same place.</summary>
    private void Step(int streams, int place)
    {
        _batch.Clear();
        for (var sequence = 0; sequence < streams; sequence++)
        {
            Add(place, sequence, output: true);
        }

        _decoder.Run(_batch, _cancellationToken);
        Finish();
    }

    /// <summary>Each stream begins elsewhere in the text.</summary>
    private void Add(int place, int sequence, bool output) =>
        _batch.Add(_tokens[(place + (sequence * 31)) % _tokens.Length], place, sequence, output);

    /// <summary>A device may still be at work until logits are asked for.</summary>
    private void Finish() => _decoder.GetLogits(_batch.Count - 1);
}
