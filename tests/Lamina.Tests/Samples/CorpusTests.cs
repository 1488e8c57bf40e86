using System.Globalization;
using System.Text.RegularExpressions;
using TinyCorpus;

namespace Lamina.Tests.Samples;

/// <summary>The texts that the tiny model learns from.</summary>
internal sealed partial class CorpusTests
{
    private static readonly Document[] Documents = [.. Draw(3000, seed: 3), .. Draw(1000, seed: 4, Corpus.NextOfWords)];

    [Test]
    public void Next_TheSameSeed_TheSameTexts() =>
        Assert.That(
            Draw(200, seed: 3).Select(document => document.ToString()),
            Is.EqualTo(Documents.Take(200).Select(document => document.ToString())));

    [Test]
    public void Next_Text_HasNoControlTokensAndIsAscii()
    {
        foreach (var piece in Documents.SelectMany(document => document.Pieces))
        {
            if (piece.IsControl)
            {
                Assert.That(Document.ControlTokens, Does.Contain(piece.Text));
            }
            else
            {
                Assert.That(piece.Text, Does.Not.Contain("<|").And.Not.Contain("  "));
                Assert.That(piece.Text, Has.All.LessThan('\u0080'));
            }
        }
    }

    [Test]
    public void Next_Chats_TeachWhatTheAssistantSaysAlone()
    {
        var answers = 0;
        foreach (var pieces in Documents.Select(document => document.Pieces).Where(pieces => pieces[0].IsControl))
        {
            for (var i = 0; i < pieces.Count; i++)
            {
                var isAnswer = i > 0 && pieces[i - 1].Text is "assistant\n";
                var isItsEnd = i > 1 && pieces[i - 2].Text is "assistant\n";
                Assert.That(pieces[i].IsLearned, Is.EqualTo(isAnswer || isItsEnd), pieces[i].Text);
                answers += isAnswer ? 1 : 0;
            }
        }

        Assert.That(answers, Is.GreaterThan(3000));
    }

    [Test]
    public void Next_Questions_AreNoneThatAreHeldOut()
    {
        var found = 0;
        foreach (Match question in Documents.SelectMany(document => Addition().Matches(document.ToString())))
        {
            var (a, b) = (question.Groups["a"].Value, question.Groups["b"].Value);
            Assert.That(new Exercise($"add {Number(a)} {Number(b)}", "", "", "").IsHeldOut, Is.False, question.Value);
            found++;
        }

        Assert.That(found, Is.GreaterThan(200));
    }

    [Test]
    public void Next_Lists_AreNoneThatAreHeldOut()
    {
        var found = 0;
        foreach (Match list in Documents.SelectMany(document => Copying().Matches(document.ToString())))
        {
            Assert.That(new Exercise($"copy {list.Groups["list"].Value}", "", "", "").IsHeldOut, Is.False, list.Value);
            found++;
        }

        Assert.That(found, Is.GreaterThan(200));
    }

    [Test]
    public void Ask_AQuestion_IsTheBeginningOfAChatThatIsLearned()
    {
        var exercise = TinyTasks.Get("tool-call").Create(new Random(1), heldOut: true);
        Assert.That(
            Corpus.Ask(exercise).ToString(),
            Is.EqualTo(
                $"<|im_start|>system\n{exercise.System}<|im_end|>\n<|im_start|>user\n{exercise.Question}<|im_end|>\n<|im_start|>assistant\n"));
    }

    [Test]
    public void Get_NoSuchTask_NamesThoseThatAre() =>
        Assert.That(() => TinyTasks.Get("add-9"), Throws.ArgumentException.With.Message.Contains("add-9").And.Message.Contains("add-3"));

    [GeneratedRegex(@"^(?:What is |Compute )?(?<a>\d+) \+ (?<b>\d+)(?: = )?[?.]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Addition();

    [GeneratedRegex(@"(?:Copy|Repeat this list|Say again): (?<list>[\w ]+)(?=<|$)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Copying();

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static Document[] Draw(int count, int seed, Func<Random, Document>? next = null)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (next ?? Corpus.Next)(random))];
    }
}
