using System.Threading.Channels;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>Generates tokens after a prompt and writes them to a channel.</summary>
internal sealed class GenerationRequest : SequenceRequest
{
    private readonly int[] _prompt;
    private readonly int _maxTokens;
    private readonly int _contextSize;
    private readonly ITokenizer _tokenizer;
    private readonly SamplerPipeline _sampler;
    private readonly StopSequenceMatcher _stops;
    private readonly Utf8StreamDecoder _utf8 = new();
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Channel<Token> _channel = Channel.CreateUnbounded<Token>(
        new() { SingleReader = true, SingleWriter = true });

    private int _generated;
    private int _lastToken;
    private TimeSpan _timeToFirstToken;

    /// <summary>Creates the request; its clock starts now.</summary>
    /// <param name="prompt">The prompt; at least one token and fewer than the context holds.</param>
    /// <param name="maxTokens">The most tokens to generate.</param>
    /// <param name="contextSize">The most tokens of prompt and answer together.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="sampler">Its own sampler, which has seen nothing yet.</param>
    /// <param name="stops">Its own matcher.</param>
    /// <param name="time">The clock.</param>
    public GenerationRequest(
        int[] prompt,
        int maxTokens,
        int contextSize,
        ITokenizer tokenizer,
        SamplerPipeline sampler,
        StopSequenceMatcher stops,
        TimeProvider time)
    {
        _prompt = prompt;
        _maxTokens = maxTokens;
        _contextSize = contextSize;
        _tokenizer = tokenizer;
        _sampler = sampler;
        _stops = stops;
        _time = time;
        _started = time.GetTimestamp();
        foreach (var token in prompt)
        {
            sampler.Accept(token);
        }
    }

    /// <summary>The tokens as they come; it completes with the request.</summary>
    public ChannelReader<Token> Tokens => _channel.Reader;

    public override int TokenCount => _prompt.Length + _generated;

    public override bool IsDecoding => _generated > 0;

    /// <summary>What the request took so far.</summary>
    public Usage Usage => new()
    {
        PromptTokens = _prompt.Length,
        GeneratedTokens = _generated,
        TimeToFirstToken = _timeToFirstToken,
        Duration = _time.GetElapsedTime(_started),
    };

    public override int TokenAt(int position) => position < _prompt.Length ? _prompt[position] : _lastToken;

    public override bool WantsOutput(int position) => position >= _prompt.Length - 1;

    public override bool OnOutput(IDecoder decoder, int index, int position)
    {
        _lastToken = _sampler.Sample(decoder.GetLogits(index));
        if (_generated++ == 0)
        {
            _timeToFirstToken = _time.GetElapsedTime(_started);
        }

        var kind = _tokenizer.GetKind(_lastToken);
        if (kind.HasFlag(TokenKinds.EndOfGeneration))
        {
            return Finish(FinishReason.EndOfGeneration, "");
        }

        var bytes = kind.HasFlag(TokenKinds.Control) ? [] : _tokenizer.GetBytes(_lastToken);
        var text = _stops.Append(_utf8.Decode(bytes), out var stopped);
        if (stopped)
        {
            return Finish(FinishReason.StopSequence, text, flush: false);
        }

        if (_generated >= _maxTokens || TokenCount >= _contextSize)
        {
            return Finish(FinishReason.Length, text);
        }

        _channel.Writer.TryWrite(new(_lastToken, text));
        return false;
    }

    public override void Fail(Exception error) => _channel.Writer.TryComplete(error);

    /// <summary>Ends the stream without a last element: the reader has gone, or knows.</summary>
    public void Close() => _channel.Writer.TryComplete();

    private bool Finish(FinishReason reason, string text, bool flush = true)
    {
        if (flush)
        {
            text += _stops.Append(_utf8.Flush(), out var stopped);
            reason = stopped ? FinishReason.StopSequence : reason;
            text += stopped ? "" : _stops.Flush();
        }

        _channel.Writer.TryWrite(new(_lastToken, text, reason, Usage));
        _channel.Writer.TryComplete();
        return true;
    }
}
