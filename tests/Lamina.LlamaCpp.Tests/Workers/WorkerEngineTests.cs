using System.Collections.Concurrent;
using System.Diagnostics;
using Lamina.Constraints;
using Lamina.Sampling;
using Lamina.TestSupport;
using Lamina.Tokens;
using Lamina.Workers;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp.Tests.Workers;

/// <summary>An engine in a process of its own beside the same engine in this one.</summary>
internal sealed class WorkerEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LogRecorder _log = new();
    private readonly ConcurrentQueue<float> _progress = [];
    private IInferenceEngine _here = null!;
    private WorkerEngine _there = null!;

    [OneTimeSetUp]
    public async Task LoadAsync()
    {
        _there = await Probes.StartAsync(loggers: _log, progress: new Told(_progress));
        _here = await LlamaCpp.LoadAsync(TestEngines.TinyPath, Probes.Options);
    }

    [OneTimeTearDown]
    public async Task DisposeAsync()
    {
        using var process = Process.GetProcessById(_there.ProcessId);
        await _there.DisposeAsync();
        Assert.That(process.HasExited, Is.True);
        await _here.DisposeAsync();
        _log.Dispose();
    }

    [Test]
    public void Start_Loads_TellsProgressAndForwardsLogLines()
    {
        Assert.That(_progress, Has.Member(1f));
        Assert.That(
            _log.Lines.Where(line => line is { Level: LogLevel.Information, Category: "Lamina.InferenceEngine" }).Select(line => line.Text),
            Has.Some.Contains("the KV cache is"));
    }

    [Test]
    public void Properties_Model_AreTheEnginesOwn()
    {
        Assert.That(_there.Model, Is.EqualTo(_here.Model));
        Assert.That(_there.ContextSize, Is.EqualTo(_here.ContextSize));
        Assert.That(_there.DefaultGeneration, Is.SameAs(Probes.Options.Generation));
    }

    [Test]
    public void Tokenizer_All_IsTheEnginesOwn()
    {
        var (here, there) = (_here.Tokenizer, _there.Tokenizer);
        Assert.That(there.VocabularySize, Is.EqualTo(here.VocabularySize));
        foreach (var token in Enumerable.Range(0, here.VocabularySize))
        {
            Assert.That(there.GetBytes(token).ToArray(), Is.EqualTo(here.GetBytes(token).ToArray()));
            Assert.That(there.GetKind(token), Is.EqualTo(here.GetKind(token)));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(there.Prefix, Is.EqualTo(here.Prefix));
            Assert.That(there.Suffix, Is.EqualTo(here.Suffix));
            Assert.That(there.PairSeparator, Is.EqualTo(here.PairSeparator));
            Assert.That(there.ControlTokens, Is.EqualTo(here.ControlTokens));
            Assert.That((there.BeginOfText, there.EndOfText, there.EndOfTurn), Is.EqualTo((here.BeginOfText, here.EndOfText, here.EndOfTurn)));
            foreach (var text in new[] { "", "Hi", "héllo wörld\n", "a<s>b", "日本" })
            {
                Assert.That(there.Encode(text), Is.EqualTo(here.Encode(text)));
            }

            Assert.That(() => there.GetKind(here.VocabularySize), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task Generate_Greedy_IsWhatTheEngineHereSays()
    {
        Prompt[] prompts = ["Hello", "Hé" + Prompt.FromMarkup("<s>") + "x", Prompt.FromTokens(3, 4, 5)];
        GenerationOptions[] options =
        [
            new() { MaxTokens = 24, Sampling = new() { Temperature = 0 } },
            new() { MaxTokens = 8, TopLogProbabilities = 3, Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, float> { [5] = float.NegativeInfinity } } },
            new() { MaxTokens = 8, Constraint = Constraint.Regex("[a-c]+"), Sampling = new() { Seed = 3 } },
            new() { MaxTokens = 8, Guidance = new("Bye") { Scale = 2 }, Sampling = new() { Temperature = 0 } },
        ];
        foreach (var prompt in prompts)
        {
            foreach (var asked in options)
            {
                var here = await ReadAsync(_here, prompt, asked);
                var there = await ReadAsync(_there, prompt, asked);
                Assert.That(there.Select(Plain), Is.EqualTo(here.Select(Plain)));
                Assert.That(there[^1].Usage!.GeneratedTokens, Is.EqualTo(here[^1].Usage!.GeneratedTokens));
                Assert.That(there[^1].FinishReason, Is.EqualTo(here[^1].FinishReason));
                Assert.That(
                    there.Select(token => token.LogProbabilities?.TopRaw.Length), Is.EqualTo(here.Select(token => token.LogProbabilities?.TopRaw.Length)));
            }
        }
    }

    [Test]
    public async Task Generate_ManyAtOnce_EachIsWhole()
    {
        var lengths = await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
            (await ReadAsync(_there, $"{i}", new() { MaxTokens = 90, MinTokens = 90 })).Count));
        Assert.That(lengths, Is.All.EqualTo(90));
        Assert.That(_there.GetMetrics().RunningRequests, Is.Zero);
    }

    [Test]
    public async Task Generate_Cancelled_EndsAsAsked([Values] CancellationBehavior behavior)
    {
        var options = new GenerationOptions { MinTokens = 100, OnCancel = behavior };
        using var cancellation = new CancellationTokenSource();
        var tokens = new List<Token>();
        var reading = ReadUntilCancelledAsync();
        if (behavior == CancellationBehavior.Throw)
        {
            var error = await Assert.ThrowsAsync<OperationCanceledException>(() => reading);
            Assert.That(error!.CancellationToken, Is.EqualTo(cancellation.Token));
        }
        else
        {
            await reading;
            Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Cancelled));
        }

        Assert.That(tokens, Has.Count.LessThanOrEqualTo(4));
        Assert.That((await ReadAsync(_there, "x", new() { MaxTokens = 1 })), Has.Count.EqualTo(1));

        async Task ReadUntilCancelledAsync()
        {
            await foreach (var token in _there.GenerateAsync("Hello", options, cancellation.Token))
            {
                tokens.Add(token);
                if (tokens.Count == 3)
                {
                    await cancellation.CancelAsync();
                }
            }
        }
    }

    [Test]
    public async Task Generate_LeftEarly_EndsThere()
    {
        await foreach (var token in _there.GenerateAsync("Hello", new() { MinTokens = 100 }))
        {
            break;
        }

        for (var started = Stopwatch.StartNew(); _there.GetMetrics().RunningRequests > 0; await Task.Delay(5))
        {
            Assert.That(started.Elapsed, Is.LessThan(Patience));
        }
    }

    [Test]
    public async Task ScoreAndEmbed_Texts_AreWhatTheEngineHereSays()
    {
        var (here, there) = (await _here.ScoreAsync("world", "Hello "), await _there.ScoreAsync("world", "Hello "));
        Assert.That(there.Tokens.Select(token => token.Text), Is.EqualTo(here.Tokens.Select(token => token.Text)));
        Assert.That(there.LogLikelihood, Is.EqualTo(here.LogLikelihood).Within(1e-3));
        Prompt[] texts = ["one", "another one"];
        var options = new EmbeddingOptions { Dimensions = 8 };
        var (near, far) = (await _here.EmbedAsync(texts, options), await _there.EmbedAsync(texts, options));
        Assert.That(far, Has.Count.EqualTo(2));
        Assert.That(far.SelectMany(vector => vector), Is.EqualTo(near.SelectMany(vector => vector)).Within(1e-3f));
        Assert.That(await _there.EmbedAsync([]), Is.Empty);
    }

    [Test]
    public async Task Sequence_Operations_GoAsHere()
    {
        await using var here = await _here.OpenSequenceAsync();
        await using var there = await _there.OpenSequenceAsync(new() { Tenant = "a" });
        var scores = new List<double>();
        foreach (var sequence in new[] { here, there })
        {
            await sequence.AppendAsync("Hello, world. This is it.");
            await ReadAsync(sequence.GenerateAsync(new() { MaxTokens = 5, MinTokens = 5, Sampling = new() { Temperature = 0 } }));
            await using var fork = sequence.Fork();
            sequence.Trim(2..4);
            sequence.Rewind(sequence.Length - 1);
            await sequence.AppendAsync("and");
            scores.Add((await sequence.ScoreAsync("so")).LogLikelihood);
            Assert.That(fork.Tokens, Is.Not.EqualTo(sequence.Tokens));
            await fork.AppendAsync("x");
        }

        Assert.That(there.Tokens, Is.EqualTo(here.Tokens));
        Assert.That(scores[1], Is.EqualTo(scores[0]).Within(1e-2));
    }

    [Test]
    public async Task Sequence_StreamLeftOrCancelled_KeepsWhatWasRead([Values] bool isCancelled)
    {
        await using var sequence = await _there.OpenSequenceAsync();
        await sequence.AppendAsync("Hello");
        var before = sequence.Length;
        using var cancellation = new CancellationTokenSource();
        var read = new List<int>();
        try
        {
            await foreach (var token in sequence.GenerateAsync(new() { MinTokens = 50 }, cancellation.Token))
            {
                read.Add(token.Id);
                Assert.That(sequence.Length, Is.EqualTo(before + read.Count));
                if (read.Count == 3 && !isCancelled)
                {
                    break;
                }

                if (read.Count == 3)
                {
                    await cancellation.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (isCancelled)
        {
        }

        Assert.That(sequence.Tokens[before..], Is.EqualTo(read));
        await sequence.AppendAsync("more");
        Assert.That(sequence.Length, Is.GreaterThan(before + 3));
    }

    [Test]
    public async Task Sequence_ContextShifts_KnowsWhatIsLeft()
    {
        var options = new GenerationOptions
        {
            MaxTokens = 140, MinTokens = 140, Overflow = ContextOverflow.Shift(4), Sampling = new() { Temperature = 0 },
        };
        var ends = new List<IEnumerable<int>>();
        foreach (var engine in new[] { _here, _there })
        {
            await using var sequence = await engine.OpenSequenceAsync();
            await sequence.AppendAsync("Hello");
            await ReadAsync(sequence.GenerateAsync(options));
            ends.Add(sequence.Tokens);
        }

        Assert.That(ends[1].Count(), Is.EqualTo(ends[0].Count()).And.LessThan(140));
    }

    [Test]
    public async Task Sequence_State_MovesBothWays()
    {
        var greedy = new GenerationOptions { MaxTokens = 6, MinTokens = 6, Sampling = new() { Temperature = 0 } };
        foreach (var (from, to) in new (IInferenceEngine, IInferenceEngine)[] { (_here, _there), (_there, _here), (_there, _there) })
        {
            await using var source = await from.OpenSequenceAsync();
            await using var target = await to.OpenSequenceAsync();
            await source.AppendAsync("Hello, world. This is a longer text.");
            using var state = await source.GetStateAsync();
            target.SetState(state);
            Assert.That(target.Tokens, Is.EqualTo(source.Tokens));
            Assert.That(await ReadAsync(target.GenerateAsync(greedy)), Is.EqualTo(await ReadAsync(source.GenerateAsync(greedy))));
        }
    }

    [Test]
    public async Task Sequence_Misused_ThrowsAsHere()
    {
        var sequence = await _there.OpenSequenceAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await sequence.GetStateAsync(), Throws.InvalidOperationException.With.Message.Contains("empty"));
            Assert.That(() => sequence.Rewind(5), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => sequence.Trim(^3..), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("range"));
            Assert.That(() => sequence.Trim(0..3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("range"));
            Assert.That(
                async () => await sequence.AppendAsync(new string('x', 5000)),
                Throws.TypeOf<ContextFullException>().With.Property("ContextSize").EqualTo(128));
        }

        await sequence.AppendAsync("Hello");
        await using (var stream = sequence.GenerateAsync(new() { MinTokens = 50 }).GetAsyncEnumerator())
        {
            await stream.MoveNextAsync();
            Assert.That(async () => await sequence.AppendAsync("x"), Throws.InvalidOperationException.With.Message.Contains("under way"));
        }

        await sequence.DisposeAsync();
        Assert.That(async () => await sequence.AppendAsync("x"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Requests_ThatAreWrong_ThrowAsHere()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await ReadAsync(_there, new string('x', 5000)),
                Throws.TypeOf<ContextFullException>().With.Message.Contains("only 127 fit"));
            Assert.That(
                async () => await ReadAsync(_there, "x", new() { MaxTokens = 0 }),
                Throws.ArgumentException.With.Message.EqualTo("GenerationOptions.MaxTokens was 0; it must be from 1 to 2147483647. (Parameter 'options')"));
            Assert.That(async () => await _there.ScoreAsync(""), Throws.ArgumentException.With.Property("ParamName").EqualTo("text"));
            Assert.That(
                async () => await _there.EmbedAsync(["x"], new() { Dimensions = 100_000 }), Throws.ArgumentException);
            Assert.That(
                () => _there.GenerateAsync("x", new() { Samplers = () => new(new GreedySampler()) }),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("GenerationOptions.Samplers"));
        }
    }

    private static (int Id, string Text, FinishReason? Reason) Plain(Token token) => (token.Id, token.Text, token.FinishReason);

    private static async Task<List<Token>> ReadAsync(IInferenceEngine engine, Prompt prompt, GenerationOptions? options = null)
    {
        var tokens = new List<Token>();
        await foreach (var token in engine.GenerateAsync(prompt, options))
        {
            tokens.Add(token);
        }

        return tokens;
    }

    private static async Task<List<int>> ReadAsync(IAsyncEnumerable<Token> stream)
    {
        var tokens = new List<int>();
        await foreach (var token in stream)
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }

    private sealed class Told(ConcurrentQueue<float> values) : IProgress<float>
    {
        public void Report(float value) => values.Enqueue(value);
    }
}
