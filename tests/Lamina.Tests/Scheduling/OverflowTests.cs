using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>What happens where prompt and answer reach the context size, in each layout.</summary>
[TestFixture(KvLayout.PerSequence)]
[TestFixture(KvLayout.Shared)]
internal sealed class OverflowTests(KvLayout layout)
{
    private const int ContextSize = 20;
    private const string Text = "twelve more>";
    private static readonly int[] Prompt12 = [.. Text.Select(letter => (int)letter)];

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = HashModel.Create();
        _engine = await StartAsync(_runtime);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [TestCase(null)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(1000)]
    public async Task Stop_FullContext_EndsByLength(int? maxTokens)
    {
        var tokens = await _engine.ReadAllAsync(Text, EngineCalls.Greedy with { MaxTokens = maxTokens });
        Assert.That(tokens.Select(token => token.Id), Is.EqualTo(HashModel.Continue(Prompt12, 8)));
        Assert.That(tokens[^1].FinishReason, Is.EqualTo(FinishReason.Length));
        Assert.That(tokens[^1].Usage!.GeneratedTokens, Is.EqualTo(8));
        Assert.That(new GenerationOptions().Overflow, Is.SameAs(ContextOverflow.Stop), "the default");
    }

    [TestCase(null)]
    [TestCase(1000)]
    public async Task Fail_FullContext_GivesWhatFitsAndThrows(int? maxTokens)
    {
        var read = new List<int>();
        var error = await Assert.ThrowsAsync<ContextFullException>(async () =>
        {
            await foreach (var token in _engine.GenerateAsync(Text, With(ContextOverflow.Fail, maxTokens)))
            {
                read.Add(token.Id);
            }
        });
        Assert.That((error.TokenCount, error.ContextSize), Is.EqualTo((21, 20)));
        Assert.That(read, Is.EqualTo(HashModel.Continue(Prompt12, 7)), "the eighth fills it");
        Assert.That((await _engine.CompleteAsync(Text, With(ContextOverflow.Fail, 8))).Tokens, Has.Length.EqualTo(8));
    }

    [TestCase(0)]
    [TestCase(4)]
    [TestCase(12)]
    [TestCase(17)]
    public async Task Shift_FullContext_KeepsTheFirstAndGoesOn(int keep)
    {
        var completion = await _engine.CompleteAsync(Text, With(ContextOverflow.Shift(keep), 50));
        var (tokens, _) = Shifted(Prompt12, keep, 50);
        Assert.That(completion.Tokens, Is.EqualTo(tokens));
        Assert.That(completion.Text, Is.EqualTo(string.Concat(tokens.Select(token => (char)token))));
        Assert.That(completion.FinishReason, Is.EqualTo(FinishReason.Length));
        Assert.That(_runtime.Computed(), Is.EqualTo(12 + 49), "nothing is read again");
    }

    [Test]
    public async Task Shift_KeepPrompt_KeepsWhatThePromptBeginsWith()
    {
        var all = Text + "abc";
        var (tokens, _) = Shifted([.. all.Select(letter => (int)letter)], Text.Length, 40);
        Assert.That((await _engine.CompleteAsync(all, With(ContextOverflow.Shift(Text), 40))).Tokens, Is.EqualTo(tokens));
    }

    [Test]
    public void Shift_KeepPromptThatIsNotTheBeginning_IsRefused() => Assert.That(
        async () => await _engine.CompleteAsync("another", With(ContextOverflow.Shift(Text), 40)),
        Throws.ArgumentException.With.Message.Contains("KeepPrompt has 12 tokens, of which the request begins with 0"));

    [Test]
    public async Task Shift_KeepPromptOfAModelWithBeginning_KeepsThatToo()
    {
        using var runtime = HashModel.Create(tokenizer: new() { Prefix = [1, 2] });
        await using var engine = await StartAsync(runtime);
        var (tokens, _) = Shifted([1, 2, .. Prompt12], 2 + 6, 40);
        var completion = await engine.CompleteAsync(Text, With(ContextOverflow.Shift("twelve"), 40));
        Assert.That(completion.Tokens, Is.EqualTo(tokens));
    }

    [Test]
    public async Task Shift_OfASequence_IsOnTheSequence()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Text);
        int[] before = Prompt12;
        foreach (var count in new[] { 8, 1, 15, 30 })
        {
            // The first of them fills it, and the second finds it full.
            var (tokens, after) = Shifted(before, 4, count);
            var completion = await sequence.CompleteAsync(With(ContextOverflow.Shift(4), count));
            Assert.That(completion.Tokens, Is.EqualTo(tokens));
            Assert.That(sequence.Tokens, Is.EqualTo(after));
            before = after;
        }
    }

    [Test]
    public async Task Shift_LeftEarly_IsOnTheSequenceAsFarAsItWasRead()
    {
        for (var most = 1; most < 40; most += 3)
        {
            using var sequence = await _engine.OpenSequenceAsync();
            await sequence.AppendAsync(Text);
            var read = 0;
            await foreach (var token in sequence.GenerateAsync(With(ContextOverflow.Shift(2), 60)))
            {
                if (++read == most)
                {
                    break;
                }
            }

            var (_, after) = Shifted(Prompt12, 2, most);
            Assert.That(sequence.Tokens, Is.EqualTo(after));
            Assert.That(
                (await sequence.CompleteAsync(With(ContextOverflow.Shift(2), 5))).Tokens,
                Is.EqualTo(Shifted(after, 2, 5).Answer));
        }
    }

    [TestCase(MemoryKind.SlidingWindow, true, "a sliding window")]
    [TestCase(MemoryKind.Recurrent, true, "recurrent layers")]
    [TestCase(MemoryKind.Hybrid, true, "recurrent layers beside attention")]
    [TestCase(MemoryKind.Attention, false, "positions")]
    public async Task Shift_MemoryThatCannot_IsRefusedWithTheReason(MemoryKind memory, bool canShift, string reason)
    {
        using var runtime = HashModel.Create(memory, canShift: canShift);
        await using var engine = await StartAsync(runtime);
        using var sequence = await engine.OpenSequenceAsync();
        await sequence.AppendAsync(Text);
        foreach (var use in new Func<Task>[]
        {
            () => engine.CompleteAsync("a", With(ContextOverflow.Shift(0), 1)),
            () => sequence.CompleteAsync(With(ContextOverflow.Shift("twelve"), 1)),
        })
        {
            Assert.That(use, Throws.TypeOf<NotSupportedException>().With.Message.Contains(reason));
        }

        Assert.That((await sequence.CompleteAsync(With(ContextOverflow.Stop, null))).Tokens, Has.Length.EqualTo(8));
    }

    /// <summary>Where all but two are kept there is nothing to forget.</summary>
    [TestCase(18)]
    [TestCase(19)]
    public async Task Shift_KeepsNearlyAll_EndsByLength(int keep)
    {
        var completion = await _engine.CompleteAsync(Text, With(ContextOverflow.Shift(keep), 50));
        Assert.That(completion.Tokens, Is.EqualTo(HashModel.Continue(Prompt12, 8)));
        Assert.That(completion.FinishReason, Is.EqualTo(FinishReason.Length));
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Text + "and full");
        Assert.That(
            async () => await sequence.CompleteAsync(With(ContextOverflow.Shift(keep), 5)),
            Throws.TypeOf<ContextFullException>().With.Property(nameof(ContextFullException.ContextSize)).EqualTo(19));
        Assert.That(sequence, Has.Length.EqualTo(20));
    }

    [TestCase(20)]
    [TestCase(int.MaxValue)]
    public async Task Shift_KeepsAsManyAsTheContext_IsRefused(int keep)
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Text);
        foreach (var use in new Func<Task>[]
        {
            () => _engine.CompleteAsync("a", With(ContextOverflow.Shift(keep), 1)),
            () => sequence.CompleteAsync(With(ContextOverflow.Shift(keep), 1)),
        })
        {
            Assert.That(use, Throws.ArgumentException.With.Message.Contains($"{keep}").And.Message.Contains("from 0 to 19")
                .And.Property(nameof(ArgumentException.ParamName)).EqualTo("options"));
        }
    }

    [Test]
    public void Shift_BadArguments_AreNamed()
    {
        Assert.That(
            () => ContextOverflow.Shift(-1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("keepTokens"));
        Assert.That(
            () => ContextOverflow.Shift(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("keepPrompt"));
    }

    [Test]
    public async Task Prompt_LongerThanTheContext_IsRefusedWhateverTheOverflow()
    {
        var full = new string('a', 20);
        foreach (var overflow in new[] { ContextOverflow.Stop, ContextOverflow.Fail, ContextOverflow.Shift(4) })
        {
            var error = await Assert.ThrowsAsync<ContextFullException>(() => _engine.CompleteAsync(full, With(overflow, 1)));
            Assert.That((error.TokenCount, error.ContextSize), Is.EqualTo((20, 19)), $"{overflow.Action}");
            var last = await _engine.CompleteAsync(full[1..], With(overflow, 1));
            Assert.That(last.Tokens, Is.EqualTo(HashModel.Continue(full[1..].Select(letter => (int)letter), 1)));
        }
    }

    [Test]
    public async Task Shift_OfCellsThatAForkShares_IsTheSame()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Text);
        using var fork = sequence.Fork();
        var (answer, all) = Shifted(Prompt12, 3, 40);
        foreach (var one in (ISequence[])[fork, sequence])
        {
            Assert.That((await one.CompleteAsync(With(ContextOverflow.Shift(3), 40))).Tokens, Is.EqualTo(answer));
            Assert.That(one.Tokens, Is.EqualTo(all));
        }
    }

    private static GenerationOptions With(ContextOverflow overflow, int? maxTokens) =>
        EngineCalls.Greedy with { Overflow = overflow, MaxTokens = maxTokens };

    /// <summary>What llama.cpp's context shift makes of an answer, and what is left of the tokens then.</summary>
    private static (int[] Answer, int[] All) Shifted(IEnumerable<int> prompt, int keep, int count)
    {
        List<int> all = [.. prompt];
        var answer = new List<int>();
        for (; answer.Count < count; answer.Add(all[^1]))
        {
            if (all.Count == ContextSize)
            {
                all.RemoveRange(keep, (ContextSize - 1 - keep) / 2);
            }

            all.Add(HashModel.Next(all));
        }

        return ([.. answer], [.. all]);
    }

    private Task<InferenceEngine> StartAsync(FakeRuntime runtime) =>
        runtime.StartEngineAsync(new() { KvLayout = layout, ContextSize = ContextSize, PrefixCache = false });
}
