using System.Text;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;

namespace Lamina.Tests.Scheduling;

/// <summary>Answers without banned phrases, for each kind of memory: one wrong cell would show.</summary>
[TestFixtureSource(typeof(HashModel), nameof(HashModel.Everywhere))]
internal sealed class BannedPhraseTests(KvLayout layout, MemoryKind memory)
{
    private const string Start = "A beginning of more than sixteen tokens";

    private FakeRuntime _runtime = null!;
    private InferenceEngine _engine = null!;

    [SetUp]
    public async Task SetUp()
    {
        _runtime = HashModel.Create(memory);
        _engine = await _runtime.StartEngineAsync(new() { KvLayout = layout, ContextSize = 200, MaxSequences = 4 });
    }

    [TearDown]
    public async Task TearDown()
    {
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [TestCase(0, 1)]
    [TestCase(3, 1)]
    [TestCase(5, 4)]
    [TestCase(17, 3)]
    public async Task Generate_PhraseOfTheAnswer_GoesOnOtherwiseFromWhereItBegan(int at, int length)
    {
        var plain = TextOf(HashModel.Continue(TokensOf(Start), 20));
        var phrase = plain.Substring(at, length);
        var expected = Expected(Start, [phrase], 20);
        var tokens = await _engine.ReadAllAsync(Start, With(20, phrase));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tokens.Select(token => token.Id), Is.EqualTo(expected));
            Assert.That(TextOf(expected)[..at], Is.EqualTo(plain[..at]), "what came before is as it was");
            Assert.That(TextOf(expected), Does.Not.Contain(phrase));
            Assert.That(tokens[^1].Usage!.GeneratedTokens, Is.EqualTo(expected.Length));
        }
    }

    [Test]
    public async Task Generate_OnASequence_LeavesWhatTheAnswerSays()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Start);
        var phrase = TextOf(HashModel.Continue(TokensOf(Start), 12))[4..9];
        var answer = await sequence.CompleteAsync(With(12, phrase));
        Assert.That(answer.Tokens, Is.EqualTo(Expected(Start, [phrase], 12)));
        Assert.That(sequence.Tokens, Is.EqualTo([.. TokensOf(Start), .. answer.Tokens]));
        var next = await sequence.CompleteAsync(With(8));
        Assert.That(next.Tokens, Is.EqualTo(HashModel.Continue([.. TokensOf(Start), .. answer.Tokens], 8)));
    }

    [Test]
    public async Task Generate_SeveralAtOnce_EachGoesItsOwnWay()
    {
        string[] prompts = [Start + "1", Start + "2", "another", "a fourth prompt", "one that waits"];
        var phrases = prompts.Select(prompt => TextOf(HashModel.Continue(TokensOf(prompt), 9))[3..6]).ToArray();
        var answers = await Task.WhenAll(prompts.Zip(phrases, (prompt, phrase) => _engine.ReadAllAsync(prompt, With(25, phrase))));
        for (var i = 0; i < prompts.Length; i++)
        {
            Assert.That(answers[i].Select(token => token.Id), Is.EqualTo(Expected(prompts[i], [phrases[i]], 25)), prompts[i]);
        }
    }

    [Test]
    public async Task Generate_ManyShortPhrases_NeverSaysThem()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var prompt = $"{seed}";
            var sample = (await _engine.ReadAllAsync(prompt, With(60))).Text();
            var phrases = Enumerable.Range(0, 12).Select(_ => sample.Substring(random.Next(50), random.Next(1, 5))).ToArray();
            var answer = await _engine.ReadAllAsync(prompt, With(60, phrases));
            foreach (var phrase in phrases)
            {
                Assert.That(answer.Text(), Does.Not.Contain(phrase));
            }
        }
    }

    [Test]
    public async Task Generate_StopBeforeHeldTokens_EndsThereAndTheSequenceToo()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Start);
        var plain = TextOf(HashModel.Continue(TokensOf(Start), 10));

        // What follows the stop is still held back when it turns out to be no phrase.
        var answer = await sequence.CompleteAsync(With(10, plain[..6] + "!") with { Stop = [plain[2..4]] });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Text, answer.FinishReason), Is.EqualTo((plain[..2], FinishReason.StopSequence)));
            Assert.That(answer.Usage.GeneratedTokens, Is.EqualTo(4));
            Assert.That(sequence.Tokens, Is.EqualTo([.. TokensOf(Start), .. TokensOf(plain[..4])]));
        }

        var next = await sequence.CompleteAsync(With(5));
        Assert.That(next.Tokens, Is.EqualTo(HashModel.Continue(sequence.Tokens.SkipLast(5), 5)));
    }

    [Test]
    public async Task Generate_LeftEarly_KeepsWhatWasRead()
    {
        using var sequence = await _engine.OpenSequenceAsync();
        await sequence.AppendAsync(Start);
        var plain = TextOf(HashModel.Continue(TokensOf(Start), 30));
        await foreach (var token in sequence.GenerateAsync(With(30, plain[3..20])))
        {
            if (sequence.Length == Start.Length + 5)
            {
                break;
            }
        }

        Assert.That(sequence.Tokens, Is.EqualTo([.. TokensOf(Start), .. Expected(Start, [plain[3..20]], 30).Take(5)]));
        var next = await sequence.CompleteAsync(With(5));
        Assert.That(next.Tokens, Is.EqualTo(HashModel.Continue(sequence.Tokens.SkipLast(5), 5)));
    }

    private static GenerationOptions With(int most, params string[] phrases) =>
        EngineCalls.Greedy with { MaxTokens = most, BannedPhrases = phrases };

    private static int[] TokensOf(string text) => [.. text.Select(letter => (int)letter)];

    private static string TextOf(IEnumerable<int> tokens) => Encoding.Latin1.GetString([.. tokens.Select(token => (byte)token)]);

    /// <summary>The answer by the rule itself, on all tokens anew each time.</summary>
    private static int[] Expected(string prompt, string[] phrases, int count)
    {
        List<int> answer = [];
        List<HashSet<int>> ruledOut = [[]];
        while (answer.Count < count)
        {
            var logits = HashModel.LogitsAfter([.. TokensOf(prompt), .. answer]);
            var best = Enumerable.Range(0, 257).Where(token => !ruledOut[answer.Count].Contains(token)).MaxBy(token => logits[token]);
            answer.Add(best);
            ruledOut.Add([]);
            if (best == 256)
            {
                break;
            }

            var longest = phrases.Where(phrase => TextOf(answer).EndsWith(phrase, StringComparison.Ordinal)).MaxBy(phrase => phrase.Length);
            if (longest is not null)
            {
                var at = answer.Count - longest.Length;
                ruledOut[at].Add(answer[at]);
                answer.RemoveRange(at, longest.Length);
                ruledOut.RemoveRange(at + 1, ruledOut.Count - at - 1);
            }
        }

        return [.. answer];
    }
}
