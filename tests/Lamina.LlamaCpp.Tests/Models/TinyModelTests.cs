using System.Text.RegularExpressions;
using Lamina.Gguf;
using Lamina.Tokens;
using TinyCorpus;
using TinyCorpus.Evaluation;

namespace Lamina.LlamaCpp.Tests.Models;

/// <summary>The model that comes with Lamina: its files, and that it does what its card says.</summary>
public sealed class TinyModelTests
{
    private static readonly GenerationOptions Greedy = new() { MaxTokens = 250, Sampling = new() { Temperature = 0 } };

    private static readonly string[] Beginnings =
    [
        "Once upon a time", "Once upon a time there was a brave fox named Pip.", "One day a little girl named Mia",
        "There was once a shy owl called Hazel.",
    ];

    [Test]
    public void Files_AreSmallAndOfOneVocabulary()
    {
        var (model, draft) = (GgufFile.Read(TinyModel.Path), GgufFile.Read(TinyModel.DraftPath));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new FileInfo(TinyModel.Path).Length, Is.InRange(5_000_000, 12_000_000));
            Assert.That(new FileInfo(TinyModel.DraftPath).Length, Is.LessThan(3_000_000));
            Assert.That(() => GgufValidator.Validate(model), Throws.Nothing);
            Assert.That(() => GgufValidator.Validate(draft), Throws.Nothing);
            foreach (var key in (string[])["tokenizer.ggml.tokens", "tokenizer.ggml.merges"])
            {
                Assert.That(draft.Metadata[key].GetStrings(), Is.EqualTo(model.Metadata[key].GetStrings()), key);
            }

            Assert.That(model.Metadata.GetString("tokenizer.chat_template"), Is.EqualTo(Corpus.ChatTemplate));
        }
    }

    [Test]
    public async Task Tokenizer_Digits_AreATokenEach()
    {
        var engine = await TestEngines.TrainedAsync();
        Assert.That(engine.Tokenizer.Encode("20261125"), Has.Length.EqualTo(8));
    }

    [TestCaseSource(nameof(Beginnings))]
    public async Task Story_FromABeginning_IsToldToItsEnd(string beginning)
    {
        var engine = await TestEngines.TrainedAsync();
        for (var seed = 1u; seed <= 4; seed++)
        {
            var story = await engine.CompleteAsync(beginning, new() { MaxTokens = 400, Sampling = new() { Seed = seed } });
            var sentences = Regex.Split(story.Text, @"(?<=[.!?]""?)\s+", RegexOptions.None, TimeSpan.FromSeconds(1));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(story.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration), story.Text);
                Assert.That(sentences, Has.Length.InRange(5, 40), story.Text);
                Assert.That(sentences, Is.Unique, story.Text);
            }
        }
    }

    [TestCase("What is Lamina?", "GGUF|\\.NET")]
    [TestCase("How do I load a model?", "LoadAsync")]
    [TestCase("What license does Lamina have?", "MIT")]
    [TestCase("Which models does Lamina run?", "GGUF")]
    [TestCase("Can I call Lamina from many threads?", "any thread|as many threads")]
    [TestCase("What is the capital of Atlantis?", "not know|too small")]
    [TestCase("Hello!", "Hello|Hi")]
    public async Task Chat_AQuestion_IsAnsweredInASentence(string question, string expected)
    {
        var engine = await TestEngines.TrainedAsync();
        var answer = await engine.CompleteAsync(Corpus.Ask(new("", question, "", "")).ToPrompt(), Greedy);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text, Does.Match(expected).And.Match("[.!?]$"));
            Assert.That(answer.FinishReason, Is.EqualTo(FinishReason.EndOfGeneration));
        }
    }

    [TestCase("add-8", 0.88)]
    [TestCase("subtract-5", 0.8)]
    [TestCase("multiply-2", 0.7)]
    [TestCase("expression-2", 0.7)]
    [TestCase("problem-2", 0.78)]
    [TestCase("reverse-16", 0.9)]
    [TestCase("sort-8", 0.75)]
    [TestCase("lookup-8", 0.9)]
    [TestCase("entail-3", 0.56)]
    [TestCase("extract", 0.9)]
    [TestCase("tool-call", 0.85)]
    public async Task Tasks_HeldOutQuestions_AreSolvedAsOftenAsTheCardSays(string task, double atLeast)
    {
        var score = await EvaluateAsync(task, new() { Questions = 100, Samples = 0 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(score.Greedy, Is.GreaterThan(atLeast));
            Assert.That(score.WellFormed, Is.GreaterThan(0.95));
        }
    }

    [Test]
    public async Task Tasks_SixteenSamples_HoldMoreRightAnswersThanOne()
    {
        var score = await EvaluateAsync("expression-3", new() { Questions = 40, SampledQuestions = 40 });
        Assert.That(score.Pass, Is.GreaterThan(score.Greedy + 0.05));
    }

    [Test]
    public async Task Draft_TokensOfTheModel_AreMostlyItsOwnChoice()
    {
        var engine = await TestEngines.TrainedAsync();
        await using var draft = await LlamaCpp.LoadAsync(TinyModel.DraftPath, new() { ContextSize = 512 });
        var story = await engine.CompleteAsync("Once upon a time", Greedy);
        using var sequence = await draft.OpenSequenceAsync();
        await sequence.AppendAsync("Once upon a time");
        var accepted = 0;
        foreach (var token in story.Tokens)
        {
            var guess = await sequence.CompleteAsync(Greedy with { MaxTokens = 1 });
            accepted += guess.Tokens[0] == token ? 1 : 0;
            sequence.Rewind(sequence.Length - guess.Tokens.Length);
            await sequence.AppendAsync(Prompt.FromTokens([token]));
        }

        Assert.That((double)accepted / story.Tokens.Length, Is.GreaterThan(0.5));
    }

    private static async Task<TaskScore> EvaluateAsync(string task, EvaluationOptions options) =>
        await new TaskEvaluator(await TestEngines.TrainedAsync(), options).EvaluateAsync(TinyTasks.Get(task));
}
