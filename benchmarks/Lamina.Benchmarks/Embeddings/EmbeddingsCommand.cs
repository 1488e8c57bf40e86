using System.Globalization;
using Lamina.Benchmarks.Batching;
using Lamina.LlamaCpp;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Embeddings;

/// <summary>Many short texts through the engine, tokenizing included, against the bare loop, which is given their tokens.</summary>
internal static class EmbeddingsCommand
{
    private const int Texts = 1000;
    private const int LeastWords = 4;
    private const int MostWords = 20;

    /// <summary>Measures.</summary>
    /// <param name="model">An embedding model.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="threads">Threads of both sides.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, int threads, CancellationToken cancellationToken)
    {
        using var loaded = await new LlamaCppRuntime().LoadAsync(model, cancellationToken: cancellationToken);
        var options = new EngineOptions { Threads = threads };
        await using var engine = await InferenceEngine.LoadAsync(
            new LoadedRuntime(new EndlessModel(loaded)), "loaded", options, cancellationToken: cancellationToken);
        using var bare = new BareEmbeddings(loaded, options);
        var texts = CreateTexts();
        Prompt[] prompts = [.. texts];
        int[][] tokens =
        [
            .. texts.Select(text => (int[])[.. engine.Tokenizer.Prefix, .. engine.Tokenizer.Encode(text), .. engine.Tokenizer.Suffix]),
        ];
        ThrowIfDifferent(bare.Embed(tokens), await engine.EmbedAsync(prompts, new() { Normalize = false }, cancellationToken));

        var report = new Report();
        var what = string.Create(
            CultureInfo.InvariantCulture, $"embeddings: {Texts} texts of {tokens.Average(text => text.Length):F1} tokens");
        var found = await Turns.CompareAsync(
            rounds,
            warmUps: 0,
            () => Task.FromResult(Texts / Turns.Seconds(() => bare.Embed(tokens))),
            async () => Texts / await Turns.SecondsAsync(() => engine.EmbedAsync(prompts, cancellationToken: cancellationToken)),
            report.Rounds(what),
            cancellationToken);
        report.Add(what, "texts/s", "bare loop", found, Target.AtLeast(0.95));
        var alone = await EngineAloneAsync(loaded, options, prompts, rounds, cancellationToken);
        var compute = 1e6 / found.Baseline;
        report.Add("the engine alone", "µs a text", "bare loop", new(compute, alone, alone / compute), Target.AtMost(0.05));
        report.Write();
        return 0;
    }

    /// <summary>Microseconds that a text takes where the decoder computes nothing.</summary>
    private static async Task<double> EngineAloneAsync(
        ILanguageModel model, EngineOptions options, Prompt[] prompts, int rounds, CancellationToken cancellationToken)
    {
        await using var engine = await InferenceEngine.LoadAsync(
            new LoadedRuntime(new NullModel(model, sequences: 1)), "nothing", options, cancellationToken: cancellationToken);
        var times = new List<double>();
        for (var round = -2; round < rounds; round++)
        {
            var seconds = await Turns.SecondsAsync(() => engine.EmbedAsync(prompts, cancellationToken: cancellationToken));
            if (round >= 0)
            {
                times.Add(1e6 * seconds / prompts.Length);
            }
        }

        return Comparison.Median(times);
    }

    /// <summary>Sentences of words of a story, no two alike.</summary>
    private static string[] CreateTexts()
    {
        var random = new Random(1);
        var words = BenchmarkModel.Story.Split(' ');
        return
        [
            .. Enumerable.Range(0, Texts).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} ")
                + string.Join(' ', Enumerable.Range(0, random.Next(LeastWords, MostWords + 1)).Select(_ => words[random.Next(words.Length)]))),
        ];
    }

    /// <summary>What is computed in other company differs by rounding, and by no more.</summary>
    private static void ThrowIfDifferent(float[][] bare, IReadOnlyList<float[]> found)
    {
        for (var i = 0; i < bare.Length; i++)
        {
            var cosine = System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(bare[i], found[i]);
            if (!(cosine > 0.999f))
            {
                throw new InvalidOperationException($"The vectors of text {i} differ; their cosine is {cosine}.");
            }
        }
    }
}
