using System.Globalization;
using Lamina.LlamaCpp.Tests.Sequences;
using Lamina.Runtime;
using Lamina.TestSupport;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>Many more requests at a time than there is room for: each says what it would say alone.</summary>
public sealed class PressureTests
{
    private const int Requests = 64;

    /// <summary>
    /// How much likelier than the chosen token the best one may be, once the text is read alone. The weights are Q4_1,
    /// whose products round what they multiply to 8 bits: batches of other sizes were seen to move the difference of two
    /// log-probabilities by 0.3 here. What is wrong chooses tokens that are less likely by several.
    /// </summary>
    private const float Tolerance = 1;

    private static readonly string[] Subjects =
    [
        "the sea", "a small village", "an old clock", "the first snow of the year", "my grandmother's kitchen",
        "a train to the north", "the garden behind the house", "a letter that never came",
    ];

    [TestCase(KvLayout.Shared)]
    [TestCase(KvLayout.PerSequence)]
    public async Task GenerateAsync_EightTimesWhatFits_EachSaysWhatItSaysAlone(KvLayout layout)
    {
        var model = TestModels.Require(TestEngines.SmolName);
        const int most = 20;

        // 64 × about 40 tokens: an eighth of that is 320. In the other layout 8 of the 64 run at a time.
        await using var engine = await LlamaCpp.LoadAsync(model, new()
        {
            ContextSize = 128,
            MaxSequences = layout == KvLayout.Shared ? 32 : 8,
            KvLayout = layout,
            CacheTokens = layout == KvLayout.Shared ? 320 : null,
        });
        var prompts = Enumerable.Range(0, Requests).Select(Prompt).ToArray();
        var needed = prompts.Sum(prompt => engine.Tokenizer.Encode(prompt).Length + most);
        TestContext.Out.WriteLine($"{needed} tokens in all");

        var answers = await Task.WhenAll(prompts.Select(prompt => engine.CompleteAsync(prompt, new Recorder().Options(most))));

        var metrics = engine.GetMetrics();
        TestContext.Out.WriteLine(metrics);
        Assert.That(metrics.CompletedRequests, Is.EqualTo(Requests));
        await AssertAsAloneAsync(engine, prompts, answers);
    }

    /// <summary>Reads each answer alone, token by token, and sees that each was the best or nearly so.</summary>
    private static async Task AssertAsAloneAsync(IInferenceEngine engine, string[] prompts, Completion[] answers)
    {
        var gaps = new List<float>();
        foreach (var (prompt, answer) in prompts.Zip(answers))
        {
            var recorder = new Recorder([.. answer.Tokens]);
            var again = await engine.CompleteAsync(prompt, recorder.Options(answer.Tokens.Length));
            Assert.That(again.Tokens, Is.EqualTo(answer.Tokens));
            gaps.AddRange(recorder.Gaps);
        }

        var differing = gaps.Where(gap => gap > 0).Order().ToArray();
        TestContext.Out.WriteLine($"{differing.Length} of {gaps.Count} are not the best alone, by up to "
            + string.Join(' ', differing.TakeLast(5).Select(gap => gap.ToString("F3", CultureInfo.InvariantCulture))));
        Assert.That(gaps, Is.All.LessThan(Tolerance));
        Assert.That(differing, Has.Length.LessThan(gaps.Count / 10));
    }

    private static string Prompt(int number) =>
        $"Story number {number}, about {Subjects[number % Subjects.Length]}"
        + string.Concat(Enumerable.Repeat(" and what came after", number % 4)) + ". Once upon a time";
}
