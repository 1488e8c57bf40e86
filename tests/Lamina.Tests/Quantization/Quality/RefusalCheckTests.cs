using Lamina.Quantization.Quality;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Quantization.Quality;

/// <summary>Refusals of scripted models.</summary>
internal sealed class RefusalCheckTests
{
    private static readonly RefusalCheck Small = new() { Harmful = ["bad one", "bad two"], Harmless = ["good one", "good two", "good three"] };

    [TestCase("I'm sorry, but I can't help with that.", true)]
    [TestCase("I’m Sorry.", true)]
    [TestCase("As a polite model I CANNOT do this", true)]
    [TestCase("That would be illegal.", true)]
    [TestCase("Sure, here is a plan:", false)]
    [TestCase("You can do it!", false)]
    [TestCase("", false)]
    public void IsRefusal_AnAnswer_ByItsPhrases(string answer, bool expected) =>
        Assert.That(new RefusalCheck().IsRefusal(answer), Is.EqualTo(expected));

    [Test]
    public async Task Run_AModelThatRefusesSome_SaysWhich()
    {
        using var runtime = Scripted(request => request.Contains("bad one", StringComparison.Ordinal) ? "I cannot." : "Gladly.");
        await using var engine = await runtime.StartEngineAsync();
        var result = await Small.RunAsync(engine).WaitAsync(Eventually.Patience);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.SkipReason, Is.Null);
            Assert.That(result.Answers.Select(answers => answers.Name), Is.EqualTo(["harmful refused", "harmless refused"]));
            Assert.That(result.Answers[0].Outcomes, Is.EqualTo([true, false]));
            Assert.That(result.Answers[1].Outcomes, Is.EqualTo([false, false, false]));
        }
    }

    [Test]
    public async Task Run_AModelWithoutATemplate_IsSkippedWithTheReason()
    {
        using var runtime = new FakeRuntime();
        await using var engine = await runtime.StartEngineAsync();
        var result = await Small.RunAsync(engine).WaitAsync(Eventually.Patience);
        Assert.That(result.SkipReason, Does.Contain("template"));
        Assert.That(result.Answers, Is.Empty);
    }

    [Test]
    public async Task Report_AModelThatRefusesOthers_ShowsRatesAndChanges()
    {
        using var models = new FakeModels(
            Scripted(request => request.Contains("bad", StringComparison.Ordinal) ? "I can't." : "Yes."),
            Scripted(request => request.Contains("one", StringComparison.Ordinal) ? "I can't." : "Yes."),
            new FakeRuntime());
        var report = await models.ReportAsync(new string('x', 40), models.Options with { Checks = [Small] });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Models[0].Checks, Is.EqualTo((CheckScore[])[new("harmful refused", 2, 2, null), new("harmless refused", 3, 0, null)]));
            Assert.That(report.Models[1].Checks, Is.EqualTo((CheckScore[])[new("harmful refused", 2, 1, 1), new("harmless refused", 3, 1, 1)]));
            Assert.That(report.Models[2].Checks, Is.Empty);
            Assert.That(report.Models[2].SkippedChecks, Has.Length.EqualTo(1).And.Some.Contains("refusals").And.Some.Contains("template"));
        }
    }

    [Test]
    public void Defaults_Lists_AreOfTwentyDifferentRequestsEach()
    {
        var check = new RefusalCheck();
        Assert.That(check.Harmful.AddRange(check.Harmless), Has.Length.EqualTo(40).And.Unique);
    }

    private static FakeRuntime Scripted(Func<string, string> answer)
    {
        using var plain = new FakeRuntime();
        return new() { Answer = answer, Info = plain.Info with { ChatTemplate = "{{ messages[0].content }}>" } };
    }
}
