using System.Threading.Channels;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>Generates tokens after a prompt and writes them to a channel.</summary>
internal sealed partial class GenerationRequest : SequenceRequest
{
    private readonly int[] _prompt;
    private readonly GenerationLimits _limits;
    private readonly ITokenizer _tokenizer;
    private readonly int? _topLogProbabilities;
    private readonly PhraseGuard? _phrases;
    private readonly StopSequenceMatcher _stops;
    private readonly Utf8StreamDecoder _utf8 = new();
    private readonly RequestClock _clock;
    private readonly Channel<Token> _channel = Channel.CreateUnbounded<Token>(
        new() { SingleReader = true, SingleWriter = true });

    private AnswerSampler _sampler;
    private int _generated;
    private int _forced;

    /// <summary>Creates the request.</summary>
    /// <param name="sequence">The sequence that it continues.</param>
    /// <param name="profile">What a policy may know of it.</param>
    /// <param name="prompt">What is put on the sequence first.</param>
    /// <param name="limits">When it ends.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="sampler">Its own sampler, which has seen all tokens before the answer.</param>
    /// <param name="topLogProbabilities">How many tokens are listed with each; null for no log-probabilities.</param>
    /// <param name="phrases">What keeps banned phrases out of it; null where there are none.</param>
    /// <param name="stops">Its own matcher.</param>
    /// <param name="clock">Its times, which run already.</param>
    /// <param name="createGuide">Makes the request for the sequence that guides it; null where none does.</param>
    public GenerationRequest(
        CachedSequence sequence,
        RequestProfile profile,
        int[] prompt,
        GenerationLimits limits,
        ITokenizer tokenizer,
        AnswerSampler sampler,
        int? topLogProbabilities,
        PhraseGuard? phrases,
        StopSequenceMatcher stops,
        RequestClock clock,
        Func<GenerationRequest, GuideRequest>? createGuide = null)
        : base(sequence, profile)
    {
        _prompt = prompt;
        _limits = limits;
        _tokenizer = tokenizer;
        _sampler = sampler;
        _topLogProbabilities = topLogProbabilities;
        _phrases = phrases;
        _stops = stops;
        _clock = clock;
        _guide = createGuide?.Invoke(this);
    }

    /// <summary>When it ends.</summary>
    public GenerationLimits Limits => _limits;

    /// <summary>The tokens as they come; it completes with the request.</summary>
    public ChannelReader<Token> Tokens => _channel.Reader;

    public override bool Generates => true;

    public override bool IsGenerating => _generated > 0;

    public override int ForcedTokens => _forced;

    public override int FirstOutput => Sequence.Tokens.Count - 1;

    /// <summary>What the request took so far.</summary>
    public Usage Usage => new()
    {
        PromptTokens = _prompt.Length,
        CachedTokens = CachedTokens,
        GeneratedTokens = _generated - (_phrases?.HeldCount ?? 0),
        TimeToFirstToken = _clock.TimeToFirstToken,
        Duration = _clock.Elapsed,
    };

    public override void Begin()
    {
        Sequence.Tokens.AddRange(_prompt);
        _answerStart = Sequence.Tokens.Count;
    }

    public override void Prepare(KvCache cache)
    {
        if (_takenBack > 0)
        {
            cache.Rewind(Sequence, Sequence.Tokens.Count - _takenBack);
            _takenBack = 0;
        }

        var (start, count) = _limits.ToForget(Sequence.Tokens.Count);
        if (count > 0)
        {
            cache.RemoveRange(Sequence, start, count);
        }
    }

    public override bool OnOutput(KvCache cache, int index, int position)
    {
        var logits = cache.Decoder.GetLogits(index);
        return _guide is null ? Take(logits) : TakeGuided(logits);
    }

    public override void Fail(Exception error) => _channel.Writer.TryComplete(error);

    /// <summary>Ends the stream without a last element: the reader has gone, or knows.</summary>
    public void Close() => _channel.Writer.TryComplete();

    /// <summary>Chooses the next token, and hands out what is settled.</summary>
    private bool Take(ReadOnlySpan<float> logits) => _phrases is null ? TakeFree(logits) : TakeGuarded(_phrases, logits);

    private SampledToken Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> ruledOut)
    {
        var token = _sampler.Choose(logits, ruledOut, _topLogProbabilities, out var logProbabilities);
        return token < 0 ? new(token, null) : Take(token, logProbabilities);
    }

    private SampledToken Take(int token, TokenLogProbabilities? logProbabilities)
    {
        Sequence.Tokens.Add(token);
        _generated++;
        _clock.OnToken();
        return new(token, logProbabilities);
    }

    /// <summary>Chooses a token, and takes those after it that must come.</summary>
    private bool TakeFree(ReadOnlySpan<float> logits)
    {
        var token = Sample(logits, []);
        if (token.Id < 0)
        {
            return Finish(token, FinishReason.DeadEnd, "");
        }

        if (Emit(token, isNewest: true))
        {
            return true;
        }

        var all = _sampler.Forced();
        _forced = 1 + all.Length;
        foreach (var forced in all)
        {
            _sampler.Accept(forced);
            if (Emit(Take(forced, null), isNewest: true))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Hands a token out, with the text that is complete with it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="isNewest">Whether none that was chosen after it is held back.</param>
    /// <returns>Whether the answer ends with it.</returns>
    private bool Emit(SampledToken token, bool isNewest)
    {
        if (_tokenizer.GetKind(token.Id).HasFlag(TokenKinds.EndOfGeneration))
        {
            return Finish(token, FinishReason.EndOfGeneration, "");
        }

        var text = _stops.Append(_utf8.Decode(_tokenizer.GetText(token.Id)), out var stopped);
        if (stopped)
        {
            return Finish(token, FinishReason.StopSequence, text, flush: false);
        }

        if (isNewest && _sampler.IsOver)
        {
            return Finish(token, FinishReason.EndOfGeneration, text);
        }

        if (isNewest && _generated >= _limits.MaxTokens)
        {
            return Finish(token, FinishReason.Length, text);
        }

        if (isNewest && Sequence.Tokens.Count >= _limits.ContextSize && _limits.ToForget(Sequence.Tokens.Count).Count == 0)
        {
            return _limits.FailsWhenFull
                ? throw new ContextFullException("generate", Sequence.Tokens.Count + 1, _limits.ContextSize)
                : Finish(token, FinishReason.Length, text);
        }

        _channel.Writer.TryWrite(new(token.Id, text, LogProbabilities: token.LogProbabilities));
        return false;
    }

    private bool Finish(SampledToken token, FinishReason reason, string text, bool flush = true)
    {
        if (flush)
        {
            text += _stops.Append(_utf8.Flush(), out var stopped);
            reason = stopped ? FinishReason.StopSequence : reason;
            text += stopped ? "" : _stops.Flush();
        }

        _channel.Writer.TryWrite(new(token.Id, text, reason, Usage, token.LogProbabilities));
        _channel.Writer.TryComplete();
        return true;
    }
}
