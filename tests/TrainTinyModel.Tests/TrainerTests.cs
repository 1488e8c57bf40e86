using TrainTinyModel.Network;
using TrainTinyModel.Training;

namespace TrainTinyModel.Tests;

/// <summary>Trainings that are stopped and go on, or do not.</summary>
internal sealed class TrainerTests
{
    [Test]
    public void Run_Stopped_GoesOnAsIfItHadNotBeen()
    {
        using var folder = new TemporaryFolder();
        using var whole = Laboratory.CreateNetwork();
        Laboratory.CreateTrainer(whole, folder.File("whole")).Run(_ => { }, default);

        using var stopped = Laboratory.CreateNetwork();
        using var cancellation = new CancellationTokenSource();
        Assert.That(
            () => Laboratory.CreateTrainer(stopped, folder.File("stopped")).Run(_ => cancellation.Cancel(), cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        using var resumed = Laboratory.CreateNetwork();
        var reports = new List<TrainingReport>();
        Laboratory.CreateTrainer(resumed, folder.File("stopped")).Run(reports.Add, default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reports.Select(report => report.Step), Is.EqualTo((int[])[Laboratory.Settings.TotalSteps]), "it began again");
            AssertSame(resumed, whole);
        }
    }

    [Test]
    public void Run_Some_LearnsSomething()
    {
        using var folder = new TemporaryFolder();
        using var network = Laboratory.CreateNetwork();
        var reports = new List<TrainingReport>();
        Laboratory.CreateTrainer(network, folder.File("checkpoint")).Run(reports.Add, default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reports[^1].Loss, Is.LessThan(reports[0].Loss - 0.2));
            Assert.That(reports[^1].Left, Is.EqualTo(TimeSpan.Zero));
            Assert.That(reports.Select(report => report.TokensPerSecond), Is.All.Positive);
        }
    }

    [Test]
    public void Run_InTheFolderOfAnother_SaysSo()
    {
        using var folder = new TemporaryFolder();
        using var network = Laboratory.CreateNetwork();
        var settings = Laboratory.Settings with { Steps = 1, WordSteps = 0, FactSteps = 0 };
        Laboratory.CreateTrainer(network, folder.File("checkpoint"), settings).Run(_ => { }, default);
        Assert.That(
            () => Laboratory.CreateTrainer(network, folder.File("checkpoint"), settings with { Rate = 1 }).Run(_ => { }, default),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("other settings").And.Message.Contains("Rate = 1"));
    }

    [TestCase(0, 0.0001f)]
    [TestCase(99, 0.01f)]
    [TestCase(500, 0.01f)]
    [TestCase(750, 0.005f)]
    [TestCase(999, 0.00002f)]
    [TestCase(1000, 0.0001f)]
    [TestCase(1099, 0.00505f)]
    [TestCase(1199, 0.00005f)]
    [TestCase(1200, 0.00005f)]
    [TestCase(1299, 0.002525f)]
    [TestCase(1399, 0.000025f)]
    public void RateAt_AStep_GoesUpStaysAndGoesDownThrice(int step, float expected)
    {
        var settings = Laboratory.Settings with { Steps = 1000, WordSteps = 200, FactSteps = 200, Rate = 0.01f };
        Assert.That(settings.RateAt(step), Is.EqualTo(expected).Within(1).Percent);
    }

    [Test]
    public void TextsAt_AStep_AreThoseOfItsPart()
    {
        var settings = Laboratory.Settings with { Steps = 10, WordSteps = 20, FactSteps = 30 };
        Assert.That(
            new[] { 0, 9, 10, 29, 30, 59 }.Select(step => settings.TextsAt(step).Method.Name),
            Is.EqualTo(["Next", "Next", "NextOfWords", "NextOfWords", "NextOfFacts", "NextOfFacts"]));
    }

    [Test]
    public void Create_TheRowsOfAStep_FollowFromItAlone()
    {
        var source = new BatchSource(Laboratory.Vocabulary, Laboratory.Settings with { TokensPerStep = 2048 });
        var first = source.Create(7);
        source.Create(8);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.Create(7).Inputs, Is.EqualTo(first.Inputs));
            Assert.That(source.Create(8).Inputs, Is.Not.EqualTo(first.Inputs));
            Assert.That(first.Inputs, Has.Length.EqualTo(2048));
            Assert.That(first.Places, Has.Count.EqualTo(first.Targets.Count).And.Count.GreaterThan(500));
            Assert.That(
                first.Places.Zip(first.Targets).Where(pair => (pair.First + 1) % first.Length != 0),
                Is.All.Matches<(long Place, long Target)>(pair => first.Inputs[pair.Place + 1] == pair.Target));
        }
    }

    private static void AssertSame(LlamaNetwork found, LlamaNetwork expected)
    {
        foreach (var (name, parameter) in expected.Parameters)
        {
            Assert.That(found.Parameters[name].bytes.ToArray(), Is.EqualTo(parameter.bytes.ToArray()), name);
        }
    }
}
