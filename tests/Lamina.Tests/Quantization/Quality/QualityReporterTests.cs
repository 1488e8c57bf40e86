using Lamina.Quantization.Quality;
using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Quantization.Quality;

/// <summary>Reports of fake models, against figures that are worked out here from the same logits.</summary>
internal sealed class QualityReporterTests
{
    private const int ContextSize = 16;

    /// <summary>Seven chunks and some letters.</summary>
    private static readonly string Text = string.Concat(Enumerable.Range(0, (7 * ContextSize) + 5).Select(i => (char)('a' + (i * i % 23))));

    [Test]
    public async Task Create_AModelAndItself_AreEqual()
    {
        using var models = new FakeModels(FakeModels.Hashing(), FakeModels.Hashing());
        var report = await models.ReportAsync(Text);

        var divergence = report.Models[1].Divergence!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Models[0].Divergence, Is.Null);
            Assert.That(report.Models[1].Perplexity, Is.EqualTo(report.Models[0].Perplexity));
            Assert.That(divergence.Mean.Value, Is.Zero.Within(2e-6));
            Assert.That(divergence.Maximum, Is.Zero.Within(1e-5));
            Assert.That(divergence.TopAgreement, Is.EqualTo(1));
            Assert.That(divergence.PerplexityRatio, Is.EqualTo(new Estimate(1, 0)));
            Assert.That(divergence.ProbabilityChange, Is.EqualTo(new Estimate(0, 0)));
        }
    }

    [Test]
    public async Task Create_TwoModels_FiguresAreThoseOfTheFormulas()
    {
        using var models = new FakeModels(FakeModels.Hashing(), FakeModels.Hashing(temperature: 1.5f));
        var report = await models.ReportAsync(Text);

        var (divergences, losses, sourceLosses) = Expected(1, 1.5);
        var ratios = losses.Zip(sourceLosses, (loss, other) => loss - other).ToArray();
        var found = report.Models[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.ScoredTokens, Is.EqualTo(losses.Length));
            Assert.That(report.Models[0].Perplexity.Value, Is.EqualTo(Math.Exp(sourceLosses.Average())).Within(1e-4).Percent);
            Assert.That(found.Perplexity.Value, Is.EqualTo(Math.Exp(losses.Average())).Within(1e-3).Percent);
            Assert.That(found.Perplexity.Error, Is.EqualTo(found.Perplexity.Value * ErrorOf(losses)).Within(1e-2).Percent);
            Assert.That(found.Divergence!.Mean.Value, Is.EqualTo(divergences.Average()).Within(1e-2).Percent);
            Assert.That(found.Divergence.Maximum, Is.EqualTo(divergences.Max()).Within(1e-2).Percent);
            Assert.That(found.Divergence.Percentile99, Is.InRange(divergences.Order().ElementAt(^2), divergences.Max()));
            Assert.That(found.Divergence.TopAgreement, Is.EqualTo(1), "a temperature keeps the order");
            Assert.That(found.Divergence.PerplexityRatio.Value, Is.EqualTo(Math.Exp(ratios.Average())).Within(1e-2).Percent);
            Assert.That(found.Divergence.PerplexityRatio.Error, Is.EqualTo(Math.Exp(ratios.Average()) * ErrorOf(ratios)).Within(1e-2).Percent);
        }
    }

    [Test]
    public async Task Create_OtherTopTokens_CountAsDisagreement()
    {
        // The token that the source holds least likely of all is the other's first choice, but after an even number of tokens.
        using var models = new FakeModels(
            FakeModels.Hashing(),
            new FakeRuntime { Logits = tokens => [.. HashModel.LogitsAfter(tokens).Select(logit => tokens.Count % 2 == 0 ? logit : -logit)] });
        var report = await models.ReportAsync(Text);
        Assert.That(report.Models[1].Divergence!.TopAgreement, Is.EqualTo(3d / 7), "of the lengths 9 to 15, three are even");
    }

    [Test]
    public async Task Create_AText_IsReadOnceByEachModelInBatchesOfSeveralChunks()
    {
        var runtimes = new[] { FakeModels.Hashing(), FakeModels.Hashing(2) };
        using var models = new FakeModels(runtimes);
        await models.ReportAsync(Text);

        foreach (var runtime in runtimes)
        {
            var tokens = runtime.Batches.SelectMany(batch => batch.Tokens).ToArray();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(runtime.Loads, Is.EqualTo(1));
                Assert.That(runtime.Batches, Has.Count.EqualTo(2), "seven chunks, four together");
                Assert.That(tokens, Has.Length.EqualTo(7 * (ContextSize - 1)));
                Assert.That(tokens.Count(token => token.Output), Is.EqualTo(7 * ((ContextSize / 2) - 1)));
                Assert.That(runtime.Models.Single().Disposals, Is.EqualTo(1));
            }
        }
    }

    [Test]
    public async Task Create_AModelThatExpectsABeginning_FindsItAtEachChunk()
    {
        var runtime = FakeModels.Hashing(tokenizer: new() { Prefix = [1] });
        using var models = new FakeModels(runtime);
        await models.ReportAsync(Text);
        var firsts = runtime.Batches.SelectMany(batch => batch.Tokens).Where(token => token.Position == 0).ToArray();
        Assert.That(firsts, Has.Length.EqualTo(7));
        Assert.That(firsts.Select(token => token.Token), Is.All.EqualTo(1));
    }

    [Test]
    public async Task Create_ChunksGiven_ReadsNoMore()
    {
        using var models = new FakeModels(FakeModels.Hashing());
        var report = await models.ReportAsync(Text, models.Options with { Chunks = 3 });
        Assert.That(report.ScoredTokens, Is.EqualTo(3 * 7));
    }

    [Test]
    public async Task Create_SpeedRounds_ModelsTakeTurnsAndAllIsMeasured()
    {
        var order = new List<int>();
        var runtimes = new[] { FakeModels.Hashing(), FakeModels.Hashing(2) };
        runtimes[0].OnLoad = Note(0);
        runtimes[1].OnLoad = Note(1);
        using var models = new FakeModels(runtimes);
        var report = await models.ReportAsync(
            Text, models.Options with { SpeedRounds = 2, PromptTokens = 40, DecodeTokens = 5, Streams = 3 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(order, Is.EqualTo([0, 1, 0, 1, 0, 1]), "two rounds, then the text");
            foreach (var model in report.Models)
            {
                Assert.That(model.Speed!.LoadTime, Is.GreaterThan(TimeSpan.Zero));
                Assert.That((double[])[model.Speed.Prefill, model.Speed.Decode, model.Speed.BatchedDecode], Is.All.GreaterThan(0));
            }

            var sizes = runtimes[0].Batches.Take(13).Select(batch => batch.Tokens.Count);
            Assert.That(sizes, Is.EqualTo([1, 32, 40, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3]));
        }

        Func<CancellationToken, Task> Note(int index) => _ =>
        {
            order.Add(index);
            return Task.CompletedTask;
        };
    }

    [Test]
    public void Create_ATextShorterThanAContext_SaysHowManyTokensItHas()
    {
        using var models = new FakeModels(FakeModels.Hashing());
        Assert.That(
            () => models.ReportAsync("fifteen letters"),
            Throws.ArgumentException.With.Message.Contains("15 tokens").And.Message.Contains("16 tokens"));
    }

    [Test]
    public void Create_AContextBeyondTheModels_IsRefused()
    {
        using var models = new FakeModels(FakeModels.Hashing());
        Assert.That(
            () => models.ReportAsync(Text, models.Options with { ContextSize = 2000 }),
            Throws.ArgumentException.With.Message.Contains("2000").And.Message.Contains("1024"));
    }

    [Test]
    public void Create_AnotherVocabulary_IsRefusedBeforeTheTextIsRead([Values] bool ofAnotherSize)
    {
        var other = ofAnotherSize ? new FakeTokenizer(["word"]) : new FakeTokenizer(null, ("<stop>", TokenKinds.EndOfGeneration));
        var runtimes = new[] { FakeModels.Hashing(tokenizer: new(ofAnotherSize ? null : ["word"])), FakeModels.Hashing(tokenizer: other) };
        using var models = new FakeModels(runtimes);
        Assert.That(
            () => models.ReportAsync(Text, models.Options with { SpeedRounds = 1 }),
            Throws.ArgumentException.With.Message.Contains("'model 1'").And.Message.Contains("vocabulary"));
    }

    [Test]
    public void Create_AnEmbeddingModel_IsRefused()
    {
        using var plain = new FakeRuntime();
        using var models = new FakeModels(FakeModels.Hashing(), new FakeRuntime { Info = plain.Info with { CanGenerate = false } });
        Assert.That(
            () => models.ReportAsync(Text), Throws.TypeOf<NotSupportedException>().With.Message.Contains("'model 1'"));
    }

    [Test]
    public void Create_AMissingFile_IsNamedBeforeAnythingIsLoaded()
    {
        var runtime = FakeModels.Hashing();
        using var models = new FakeModels(runtime);
        var missing = new QualityModel("lost", Path.Combine(models.Temporary, "lost.gguf"));
        Assert.That(
            () => new QualityReporter(models, models.Options).CreateAsync(models.Models[0], [missing], Text),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("'lost'").And.Message.Contains("lost.gguf"));
        Assert.That(runtime.Loads, Is.Zero);
    }

    [Test]
    public void Create_TheSameLabelTwice_IsRefused()
    {
        using var models = new FakeModels(FakeModels.Hashing());
        Assert.That(
            () => new QualityReporter(models, models.Options).CreateAsync(models.Models[0], [models.Models[0]], Text),
            Throws.ArgumentException.With.Message.Contains("'model 0'").And.Message.Contains("2 times"));
    }

    [Test]
    public void Create_ASourceThatGivesNoNumbers_IsRefused()
    {
        using var models = new FakeModels(new FakeRuntime { Logits = _ => [.. Enumerable.Repeat(float.NaN, 257)] });
        Assert.That(() => models.ReportAsync(Text), Throws.TypeOf<LaminaException>().With.Message.Contains("no numbers"));
    }

    [Test]
    public async Task Create_ACandidateThatGivesNoNumbers_IsShownAsSuch()
    {
        using var models = new FakeModels(
            FakeModels.Hashing(), new FakeRuntime { Logits = _ => [.. Enumerable.Repeat(float.NaN, 257)] });
        var report = await models.ReportAsync(Text);
        Assert.That(report.Models[1].Divergence!.Mean.Value, Is.NaN);
        Assert.That(QualityReport.FromJson(report.ToJson()).Models[1].Perplexity.Value, Is.NaN);
        Assert.That(report.ToSvg(), Does.Not.Contain("NaN"));
    }

    [Test]
    public void Create_CancelledWhileAModelReads_EndsAndLeavesNothing([Values(0, 1)] int model)
    {
        using var cancellation = new CancellationTokenSource();
        var runtimes = new[] { FakeModels.Hashing(), FakeModels.Hashing(2) };
        runtimes[model].OnDecode = batch =>
        {
            cancellation.Cancel();
            return null;
        };
        using var models = new FakeModels(runtimes);
        Assert.That(
            () => models.ReportAsync(Text, cancellationToken: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(runtimes[model].Batches, Has.Count.EqualTo(1));
        Assert.That(runtimes[model].Decoders.Single().Aborts, Is.EqualTo(1));
    }

    [Test]
    public void Create_AComputationThatFails_LeavesNothing()
    {
        var runtimes = new[] { FakeModels.Hashing(), FakeModels.Hashing(2) };
        runtimes[1].OnDecode = _ => throw new LaminaException("decode", "It broke.");
        using var models = new FakeModels(runtimes);
        Assert.That(() => models.ReportAsync(Text), Throws.TypeOf<LaminaException>().With.Message.Contains("It broke."));
    }

    [Test]
    public async Task Create_Progress_NamesModelsAndPhasesInOrder()
    {
        var told = new Progress();
        using var models = new FakeModels(FakeModels.Hashing(), FakeModels.Hashing(2));
        await models.ReportAsync(
            Text, models.Options with { SpeedRounds = 1, Checks = [new EvenCheck()] }, told);

        QualityProgress[] Model(string label) =>
            [new(label, QualityPhase.Text, 4d / 7), new(label, QualityPhase.Text, 1), new(label, QualityPhase.Checks, 1)];
        Assert.That(
            told.All,
            Is.EqualTo((QualityProgress[])
            [
                new("model 0", QualityPhase.Speed, 1), new("model 1", QualityPhase.Speed, 1), .. Model("model 0"), .. Model("model 1"),
            ]));
    }

    [Test]
    public async Task Create_Checks_CountRatesAndWhatChanged()
    {
        using var models = new FakeModels(FakeModels.Hashing(), FakeModels.Hashing(2));
        var report = await models.ReportAsync(Text, models.Options with { Checks = [new EvenCheck()] });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Models[0].Checks, Is.EqualTo((CheckScore[])[new("even", 4, 2, Changed: null)]));
            Assert.That(report.Models[1].Checks, Is.EqualTo((CheckScore[])[new("even", 4, 2, Changed: 4)]));
        }
    }

    [Test]
    public void Options_Faults_AreAllNamed()
    {
        using var models = new FakeModels(FakeModels.Hashing());
        var options = new QualityReportOptions
        {
            ContextSize = 3,
            Chunks = 0,
            SpeedRounds = -1,
            PromptTokens = 0,
            DecodeTokens = 0,
            Streams = 257,
            Threads = 513,
            Checks = [null!],
            TemporaryFolder = Path.Combine(models.Temporary, "none"),
            Engine = new() { MaxSequences = 0 },
        };
        var message = Assert.Throws<ArgumentException>(() => _ = new QualityReporter(models, options)).Message;
        foreach (var name in (string[])["ContextSize", "Chunks", "SpeedRounds", "PromptTokens", "DecodeTokens", "Streams", "Threads", "Checks", "TemporaryFolder"])
        {
            Assert.That(message, Does.Contain($"QualityReportOptions.{name} was"));
        }

        Assert.That(message, Does.Contain("EngineOptions.MaxSequences was 0"));
    }

    private static (double[] Divergences, double[] Losses, double[] SourceLosses) Expected(double temperature, double other)
    {
        var (divergences, losses, sourceLosses) = (new List<double>(), new List<double>(), new List<double>());
        for (var chunk = 0; chunk < 7; chunk++)
        {
            int[] tokens = [.. Text.Substring(chunk * ContextSize, ContextSize).Select(letter => (int)letter)];
            for (var place = ContextSize / 2; place < ContextSize - 1; place++)
            {
                var logits = HashModel.LogitsAfter(tokens[..(place + 1)]);
                var (p, q) = (LogProbabilities(logits, temperature), LogProbabilities(logits, other));
                divergences.Add(p.Zip(q).Sum(pair => Math.Exp(pair.First) * (pair.First - pair.Second)));
                losses.Add(-q[tokens[place + 1]]);
                sourceLosses.Add(-p[tokens[place + 1]]);
            }
        }

        return ([.. divergences], [.. losses], [.. sourceLosses]);
    }

    private static double[] LogProbabilities(float[] logits, double temperature)
    {
        var total = Math.Log(logits.Sum(logit => Math.Exp(logit / temperature)));
        return [.. logits.Select(logit => (logit / temperature) - total)];
    }

    private static double ErrorOf(double[] values) =>
        Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / values.Length / (values.Length - 1));

    private sealed class Progress : IProgress<QualityProgress>
    {
        public List<QualityProgress> All { get; } = [];

        public void Report(QualityProgress value) => All.Add(value);
    }

    /// <summary>Half of the answers come, and the other half with the next model.</summary>
    private sealed class EvenCheck : IQualityCheck
    {
        private int _runs;

        public string Name => "every other";

        public Task<CheckResult> RunAsync(IInferenceEngine engine, CancellationToken cancellationToken = default)
        {
            _runs++;
            return Task.FromResult(CheckResult.Of(new CheckAnswers("even", [.. Enumerable.Range(_runs, 4).Select(i => i % 2 == 0)])));
        }
    }
}
