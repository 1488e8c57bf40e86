using System.Collections.Concurrent;
using Lamina.TestSupport;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests.Gguf;

/// <summary>Thousands of spoilt files, each taken as far as it goes, in processes that none of them may end.</summary>
internal sealed class GgufMutationTests
{
    private const int Count = 2100;
    private const int FirstSeed = 1;
    private const int Processes = 2;

    private static readonly string[] Models =
    [
        "random-qwen3moe.gguf", "random-gemma3-swa64.gguf", "random-mamba.gguf", "random-lfm2-hybrid.gguf",
        "random-bert-rank.gguf",
    ];

    [Test]
    public async Task LoadAsync_SpoiltFile_NeverEndsTheProcess()
    {
        var sources = Sources();
        var cases = new ConcurrentQueue<(int Seed, string Source)>(
            Enumerable.Range(FirstSeed, Count).Select(seed => (seed, sources[seed % sources.Length])));
        var answers = new ConcurrentBag<(int Seed, string Source, string Answer)>();
        var folder = Directory.CreateTempSubdirectory("lamina-").FullName;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ =>
                Task.Factory.StartNew(() => Work(folder, cases, answers), TaskCreationOptions.LongRunning)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var outcomes = answers.CountBy(found => found.Answer.Split(' ')[0]).ToDictionary();
        TestContext.Out.WriteLine(string.Join(", ", outcomes.Select(pair => $"{pair.Value} {pair.Key}")));
        Assert.Multiple(() =>
        {
            Assert.That(answers, Has.Count.EqualTo(Count));
            Assert.That(Failures(answers), Is.Empty);
            Assert.That(outcomes.GetValueOrDefault("ran"), Is.GreaterThan(Count / 10), "some changes do no harm");
            Assert.That(outcomes.GetValueOrDefault("refused"), Is.GreaterThan(Count / 10), "some do");
        });
    }

    // Each kind of network has its own loader. Without the models at hand, the built one stands for all.
    private static string[] Sources() =>
    [
        "",
        .. Models.Select(name => Path.Combine(TestModels.Folder ?? "", name)).Where(File.Exists),
    ];

    private static void Work(
        string folder,
        ConcurrentQueue<(int Seed, string Source)> cases,
        ConcurrentBag<(int Seed, string Source, string Answer)> answers)
    {
        var probe = new ProbeProcess(folder);
        while (cases.TryDequeue(out var next))
        {
            if (!probe.IsAlive)
            {
                probe.Dispose();
                probe = new ProbeProcess(folder);
            }

            answers.Add((next.Seed, next.Source, probe.Ask(next.Seed, next.Source)));
        }

        probe.Dispose();
    }

    private static IEnumerable<string> Failures(IEnumerable<(int Seed, string Source, string Answer)> answers) =>
        from found in answers
        where found.Answer.Split(' ')[0] is not ("ran" or "refused" or "rejected")
        let image = found.Source.Length > 0 ? GgufImage.Load(found.Source) : TinyLlama.Create()
        select $"seed {found.Seed} of '{Path.GetFileName(found.Source)}' ({GgufMutator.Mutate(image, found.Seed).Changes}): "
            + found.Answer;
}
