using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Soak;

/// <summary>Makes single requests of an engine, and sees that each ends as it should.</summary>
internal sealed class SoakCaller(IInferenceEngine engine, SoakCounts counts)
{
    /// <summary>A token that ends nothing.</summary>
    private const int Word = 100;

    private static readonly string?[] Tenants = [null, "one", "two", "three"];

    /// <summary>How a stream is read.</summary>
    private enum Reading
    {
        Whole,
        LeftEarly,
        CancelledToThrow,
        CancelledToFinish,
        CancelledInTime,
    }

    public IInferenceEngine Engine => engine;

    public SoakCounts Counts => counts;

    /// <summary>Whether tokens can be taken out of the middle.</summary>
    public bool CanShift => engine.Model.Memory == MemoryKind.Attention;

    /// <summary>Makes one request, or one call that fails.</summary>
    public Task RunAsync(Random random) => random.Next(20) switch
    {
        < 11 => GenerateAsync(random),
        < 13 => FailAsync(random),
        < 15 => ScoreAsync(random),
        < 18 => EmbedAsync(random),
        _ => RefuseAsync(random),
    };

    /// <summary>Tokens of a text of its own, or one that begins as others do.</summary>
    public int[] Text(Random random, int most)
    {
        var common = random.Next(3) == 0 ? random.Next(1, 5) : 0;
        var shared = new Random(common);
        var length = random.Next(1, most + 1);
        return [.. Enumerable
            .Range(0, length)
            .Select(i => (common > 0 && i < 40 ? shared : random).Next(3, Math.Min(engine.Tokenizer.VocabularySize, 259)))];
    }

    public static string? Tenant(Random random) => Tenants[random.Next(Tenants.Length)];

    /// <summary>Options of a generation.</summary>
    public static GenerationOptions Options(Random random) => new()
    {
        MaxTokens = random.Next(1, 25),
        Priority = random.Next(5),
        Tenant = Tenant(random),
        Stop = random.Next(4) == 0 ? ["ab", "\n"] : [],
        Sampling = new() { Temperature = random.Next(2), Seed = (uint)random.Next() },
    };

    /// <summary>Reads a stream, whole or not, and checks its end.</summary>
    /// <param name="start">Starts the stream.</param>
    /// <param name="options">Its options.</param>
    /// <param name="before">Tokens before the answer.</param>
    /// <param name="random">What to choose by.</param>
    /// <returns>The tokens that were read.</returns>
    public async Task<IReadOnlyList<int>> ReadAsync(
        Func<GenerationOptions, CancellationToken, IAsyncEnumerable<Token>> start,
        GenerationOptions options,
        int before,
        Random random)
    {
        var reading = (Reading)Math.Max(random.Next(-6, 5), 0);
        var finishes = reading is Reading.CancelledToFinish or Reading.CancelledInTime;
        options = options with { OnCancel = finishes ? CancellationBehavior.Finish : CancellationBehavior.Throw };
        var (after, delay) = (random.Next(1, 12), random.Next(15));
        var (tokens, last) = (new List<int>(), default(Token));
        using var source = new CancellationTokenSource();
        counts.Submit(cancellable: reading != Reading.Whole);
        try
        {
            await using var stream = start(options, source.Token).GetAsyncEnumerator(CancellationToken.None);
            var next = stream.MoveNextAsync();
            if (reading == Reading.CancelledInTime)
            {
                source.CancelAfter(delay);
            }

            while (await next)
            {
                SoakException.Require(last.FinishReason is null, "a stream went on after its end");
                last = stream.Current;
                if (last.Id >= 0)
                {
                    tokens.Add(last.Id);
                    counts.Read(1);
                }

                if (tokens.Count == after && reading == Reading.LeftEarly)
                {
                    return tokens;
                }

                if (tokens.Count == after && reading is Reading.CancelledToThrow or Reading.CancelledToFinish)
                {
                    await source.CancelAsync();
                }

                next = stream.MoveNextAsync();
            }
        }
        catch (OperationCanceledException) when (reading == Reading.CancelledToThrow && tokens.Count >= after)
        {
            return tokens;
        }

        SoakException.Require(last is { FinishReason: not null, Usage: not null }, "a stream had no end");
        SoakException.Require(
            last.Usage!.GeneratedTokens == tokens.Count
                || (last.FinishReason == FinishReason.Cancelled && last.Usage.GeneratedTokens >= tokens.Count),
            $"{last.Usage.GeneratedTokens} tokens were counted and {tokens.Count} read");
        SoakException.Require(tokens.Count <= options.MaxTokens, "there were more tokens than asked for");
        SoakException.Require(
            last.FinishReason switch
            {
                FinishReason.Length => tokens.Count == options.MaxTokens || before + tokens.Count == SoakPhase.ContextSize,
                FinishReason.Cancelled => finishes && last.Id == -1,
                FinishReason.StopSequence => options.Stop.Count > 0,
                _ => true,
            },
            $"a stream of {tokens.Count} tokens ended with {last.FinishReason}, read {reading}");
        return tokens;
    }

    /// <summary>Awaits a call that must fail before there is a request.</summary>
    public async Task RefuseAsync<T>(Func<Task> call)
        where T : Exception
    {
        counts.Refuse();
        await ThrowsAsync<T>(call);
    }

    private static async Task ThrowsAsync<T>(Func<Task> call)
        where T : Exception
    {
        try
        {
            await call();
        }
        catch (T)
        {
            return;
        }

        throw new SoakException($"there was no {typeof(T).Name}");
    }

    private async Task GenerateAsync(Random random)
    {
        var prompt = Text(random, random.Next(8) == 0 ? SoakPhase.ContextSize - 1 : 60);
        var options = Options(random);
        if (CanShift && random.Next(6) == 0)
        {
            options = options with { Overflow = ContextOverflow.Shift(random.Next(3)) };
        }

        await ReadAsync(
            (given, token) => engine.GenerateAsync(Prompt.FromTokens(prompt), given, token), options, prompt.Length, random);
    }

    private async Task FailAsync(Random random)
    {
        counts.Submit();
        counts.Fail();
        var count = random.Next(4);
        if (random.Next(2) == 0)
        {
            var options = new GenerationOptions { Samplers = () => new(new SoakSampler(Word, failsAfter: count)) };
            var prompt = Prompt.FromTokens(Text(random, 40));
            await ThrowsAsync<InvalidOperationException>(() => engine.CompleteAsync(prompt, options));
        }
        else
        {
            var prompt = new int[SoakPhase.ContextSize - 1 - count];
            Array.Fill(prompt, Word);
            var options = new GenerationOptions
            {
                Overflow = ContextOverflow.Fail,
                Samplers = () => new(new SoakSampler(Word)),
            };
            await ThrowsAsync<ContextFullException>(() => engine.CompleteAsync(Prompt.FromTokens(prompt), options));
        }
    }

    private async Task ScoreAsync(Random random)
    {
        var (text, context) = (Text(random, 30), Text(random, 30));
        var isCancelled = random.Next(4) == 0;
        using var source = new CancellationTokenSource();
        counts.Submit(cancellable: isCancelled, certain: !isCancelled);
        var call = engine.ScoreAsync(Prompt.FromTokens(text), Prompt.FromTokens(context), source.Token);
        if (isCancelled)
        {
            source.CancelAfter(random.Next(8));
        }

        try
        {
            var score = await call;
            SoakException.Require(
                score.Tokens.Length == text.Length && score.Tokens.All(token => token.LogProbability is < 0),
                "a score had tokens without a probability");
        }
        catch (OperationCanceledException) when (isCancelled)
        {
        }
    }

    private async Task EmbedAsync(Random random)
    {
        var inputs = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Prompt.FromTokens(Text(random, 60))).ToArray();
        var isCancelled = random.Next(4) == 0;
        using var source = new CancellationTokenSource();
        counts.Submit(inputs.Length, cancellable: isCancelled, certain: !isCancelled);
        var call = engine.EmbedAsync(inputs, cancellationToken: source.Token);
        if (isCancelled)
        {
            source.CancelAfter(random.Next(8));
        }

        try
        {
            var vectors = await call;
            SoakException.Require(
                vectors.Count == inputs.Length
                    && vectors.All(vector => Math.Abs(vector.Sum(value => value * (double)value) - 1) < 1e-3),
                "an embedding was not of length 1");
        }
        catch (OperationCanceledException) when (isCancelled)
        {
        }
    }

    private Task RefuseAsync(Random random)
    {
        var prompt = Prompt.FromTokens(Text(random, 20));
        return random.Next(5) switch
        {
            0 => RefuseAsync<ArgumentException>(() => engine.CompleteAsync(prompt, new() { MaxTokens = 0 })),
            1 => RefuseAsync<ArgumentException>(() => engine.CompleteAsync(Prompt.FromTokens(1 << 24))),
            2 => RefuseAsync<ContextFullException>(
                () => engine.CompleteAsync(Prompt.FromTokens(new int[SoakPhase.ContextSize + 1]))),
            3 => RefuseAsync<ArgumentException>(() => engine.CompleteAsync(prompt, new() { Samplers = () => null! })),
            _ => RefuseAsync<OperationCanceledException>(
                () => engine.CompleteAsync(prompt, cancellationToken: new(canceled: true))),
        };
    }
}
