using System.Collections.Immutable;
using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Scheduling;
using Lamina.Sequences;
using Lamina.Tokens;
using Lamina.Validation;

namespace Lamina;

/// <content>What requests are made of, for the engine and for its sequences.</content>
public sealed partial class InferenceEngine
{
    /// <summary>Tokens at the end of a text that may come out otherwise where more text follows.</summary>
    private const int MostJoined = 4;

    internal static void ThrowIfNothing(int[] tokens, string argument)
    {
        if (tokens.Length == 0)
        {
            throw new ArgumentException("The text is empty; give at least one token to score.", argument);
        }
    }

    /// <summary>The options of a generation, checked.</summary>
    internal GenerationOptions Check(GenerationOptions? options)
    {
        options ??= DefaultGeneration;
        var kept = Fault.OutOfRange(
            nameof(ContextOverflow), nameof(ContextOverflow.KeepTokens), options.Overflow?.KeepTokens, 0, ContextSize - 1);
        Fault.Throw(options.Faults(Tokenizer.VocabularySize, _options.Samplers).Concat(kept), nameof(options));
        ThrowIfNoText();
        return options;
    }

    internal RequestClock StartClock() => new(_time, _started);

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, this);

    internal void ThrowIfTooLong(string operation, int tokens, int? most = null)
    {
        if (tokens > (most ?? ContextSize))
        {
            throw new ContextFullException(operation, tokens, most ?? ContextSize);
        }
    }

    internal void ThrowIfNoShift(DecodeLoop loop)
    {
        if (!loop.CanShift)
        {
            var keys = _options.KeyCacheType == KvCacheType.F16 ? "" : $" with keys in {_options.KeyCacheType}";
            throw new NotSupportedException(Model.Memory == MemoryKind.Attention
                ? $"The positions of '{Model.Name}' ({Model.Architecture}) cannot be moved{keys}."
                : $"'{Model.Name}' ({Model.Architecture}) has {Describe(Model.Memory)}, from which single tokens cannot be "
                    + "taken out.");
        }
    }

    /// <summary>Tokens of a prompt, made away from the caller's thread.</summary>
    internal Task<int[]> EncodeAsync(Prompt prompt, bool withPrefix = true) =>
        Task.Run(() => _encoder.Encode(prompt, withPrefix), CancellationToken.None);

    internal TextScore ToScore(int[] tokens, float[] found)
    {
        var unscored = tokens.Length - found.Length;
        return new([.. tokens.Select((token, i) =>
            new TokenScore(token, Tokenizer.Decode([token]), i < unscored ? null : found[i - unscored]))]);
    }

    /// <summary>Makes a generation, away from the caller's thread.</summary>
    /// <param name="loop">The loop that will run it.</param>
    /// <param name="sequence">The sequence that it continues; null for a new one.</param>
    /// <param name="tokens">All tokens before the answer.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="clock">Its times.</param>
    internal Task<GenerationRequest> CreateRequestAsync(
        DecodeLoop loop,
        CachedSequence? sequence,
        IReadOnlyList<int> tokens,
        GenerationOptions options,
        RequestClock clock)
    {
        var shifts = options.Overflow.Action == OverflowAction.Shift;
        if (shifts)
        {
            ThrowIfNoShift(loop);
        }

        return Task.Run(
            () =>
            {
                var guide = options.Guidance is null ? [] : EncodeGuide(options);
                var limits = new GenerationLimits(
                    options.MaxTokens ?? int.MaxValue,
                    guide.Length == 0 ? ContextSize : GuidedContextSize(tokens.Count, guide.Length),
                    shifts ? KeptTokens(options, tokens) : null,
                    options.Overflow.Action == OverflowAction.Fail);

                // A sequence that is full may still be shifted; a prompt may not.
                var forgotten = sequence is null ? 0 : limits.ToForget(tokens.Count).Count;
                ThrowIfTooLong("generate", tokens.Count - forgotten, limits.ContextSize - 1);
                var samplers = CreateSamplers(options);
                foreach (var token in tokens)
                {
                    samplers.Accept(token);
                }

                var profile = new RequestProfile(
                    clock.Submitted, options.Priority, tokens.Count, PredictedTokens(options, tokens.Count));
                return new GenerationRequest(
                    sequence ?? new(options.Tenant, isKept: false),
                    profile,
                    sequence is null ? [.. tokens] : [],
                    limits,
                    Tokenizer,
                    new(samplers, options.Constraint is { } constraint ? new(_tokens.Value, constraint.Start) : null),
                    options.TopLogProbabilities,
                    options.BannedPhrases.Count > 0 ? new(Tokenizer, options.BannedPhrases) : null,
                    new([.. options.Stop]),
                    clock,
                    guide.Length == 0 ? null : guided => new(
                        new(options.Tenant, isKept: false), profile, guide, options.Guidance!) { Guided = guided });
            },
            CancellationToken.None);
    }

    private SamplerPipeline CreateSamplers(GenerationOptions options)
    {
        var samplers = options.Samplers is { } create
            ? create() ?? throw new ArgumentException(
                "GenerationOptions.Samplers returned null; it must return a pipeline.", nameof(options))
            : SamplerPipeline.Create(options.Sampling, Tokenizer, _options.Samplers);
        return options.MinTokens > 0 ? samplers.Prepend(new MinTokensSampler(_ends.Value, options.MinTokens)) : samplers;
    }

    private int[] EncodeGuide(GenerationOptions options)
    {
        var tokens = _encoder.Encode(options.Guidance!.Prompt);
        return DecoderPlan.ForText(Model, _options).SequenceCount == 1
                ? throw new NotSupportedException("GenerationOptions.Guidance takes a second sequence; EngineOptions.MaxSequences is 1.")
            : tokens.Length == 0
                ? throw new ArgumentException("Guidance.Prompt is empty, and the model has no token of its own to begin with.", nameof(options))
            : tokens;
    }

    /// <summary>The most tokens of a guided sequence: the guide has as many after its own prompt, and both fit the cache.</summary>
    private int GuidedContextSize(int prompt, int guide)
    {
        var both = DecoderPlan.ForText(Model, _options).CellCount - prompt - guide;
        return (int)Math.Min(Math.Min(ContextSize, (long)ContextSize - guide + prompt), prompt + (both / 2));
    }

    private static string Describe(MemoryKind memory) => memory switch
    {
        MemoryKind.SlidingWindow => "a sliding window",
        MemoryKind.Recurrent => "recurrent layers",
        _ => "recurrent layers beside attention",
    };

    private int PredictedTokens(GenerationOptions options, int before) =>
        options.ExpectedTokens ?? Math.Min(options.MaxTokens ?? int.MaxValue, ContextSize - before);

    /// <summary>The tokens at the beginning that a shift keeps; the last ones may be joined with what follows.</summary>
    private int KeptTokens(GenerationOptions options, IReadOnlyList<int> tokens)
    {
        if (options.Overflow.KeepPrompt is not { } prompt)
        {
            return options.Overflow.KeepTokens;
        }

        var kept = _encoder.Encode(prompt);
        int[] known = [.. tokens];
        var common = known.AsSpan().CommonPrefixLength(kept);
        return common >= kept.Length - MostJoined ? common : throw new ArgumentException(
            $"{nameof(ContextOverflow)}.{nameof(ContextOverflow.KeepPrompt)} has {kept.Length} tokens, of which the "
            + $"request begins with {common}; it must be the beginning of the request's prompt.", nameof(options));
    }
}
