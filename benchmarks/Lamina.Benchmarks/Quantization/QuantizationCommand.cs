using Lamina.Benchmarks.Batching;
using Lamina.Gguf;
using Lamina.LlamaCpp;
using Lamina.Quantization;

namespace Lamina.Benchmarks.Quantization;

/// <summary>What quantizing takes, beside llama.cpp's own; and how fast a model runs in each profile, beside F16.</summary>
internal static class QuantizationCommand
{
    /// <summary>What all is held against.</summary>
    public static readonly QuantizationProfile F16 = new() { Name = "F16", FileType = GgufFileType.F16 };

    private const int PromptTokens = 512;
    private const int DecodeTokens = 64;
    private const int Streams = 32;
    private const int StreamTokens = 16;
    private const int ShortPrompt = 8;

    /// <summary>Measures.</summary>
    /// <param name="model">The model; F16 is made from it first, which all is held against.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="threads">Threads of both sides.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, int threads, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lamina-quantization-");
        var report = new Report();
        try
        {
            var options = new QuantizationOptions { AllowRequantize = true, Threads = threads };
            var source = Path.Combine(folder.FullName, "F16.gguf");
            await LlamaCpp.LlamaCpp.QuantizeAsync(model, source, F16, options, cancellationToken: cancellationToken);
            foreach (var profile in QuantizationProfile.All.Where(profile => !QuantizationPlan.Create(source, profile).NeedsImportance))
            {
                var target = Path.Combine(folder.FullName, $"{profile.Name}.gguf");
                await MakeAsync(report, source, target, profile, options, rounds, cancellationToken);
                await RunAsync(report, source, target, profile, rounds, threads, cancellationToken);
                File.Delete(target);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        report.Write();
        return 0;
    }

    private static async Task MakeAsync(
        Report report, string source, string target, QuantizationProfile profile, QuantizationOptions options, int rounds, CancellationToken cancellationToken)
    {
        var native = $"{target}.native";
        var made = await Turns.CompareAsync(
            rounds,
            warmUps: 1,
            () => Task.FromResult(Turns.Seconds(() => NativeQuantizer.Quantize(source, native, profile.FileType))),
            () => Turns.SecondsAsync(() => LlamaCpp.LlamaCpp.QuantizeAsync(source, target, profile, options, cancellationToken: cancellationToken)),
            report.Rounds($"{profile.Name}: quantize"),
            cancellationToken);
        File.Delete(native);
        report.Add($"{profile.Name}: quantize", "s", "llama_model_quantize", made, Target.AtMost(1.05));
    }

    private static async Task RunAsync(
        Report report, string source, string target, QuantizationProfile profile, int rounds, int threads, CancellationToken cancellationToken)
    {
        using var runtime = new Sides(await OpenAsync(source), await OpenAsync(target), threads);
        foreach (var (what, sequences, promptTokens, measure) in new (string, int, int, Func<BareLoop, int[][], double>)[]
        {
            ($"prefill of {PromptTokens}", 1, PromptTokens, static (loop, prompts) => PromptTokens / Turns.Seconds(() => loop.Prefill(prompts))),
            ("decode, 1 stream", 1, ShortPrompt, static (loop, prompts) => Decode(loop, prompts, DecodeTokens)),
            ($"decode, {Streams} streams", Streams, ShortPrompt, static (loop, prompts) => Decode(loop, prompts, StreamTokens)),
        })
        {
            using var loops = runtime.Open(sequences, promptTokens);
            var found = await Turns.CompareAsync(
                rounds,
                warmUps: 1,
                () => Task.FromResult(measure(loops.Baseline, loops.Prompts)),
                () => Task.FromResult(measure(loops.Found, loops.Prompts)),
                report.Rounds($"{profile.Name}: {what}"),
                cancellationToken);
            report.Add($"{profile.Name}: {what}", "tokens/s", "F16", found, TargetOf(profile, what));
        }

        Task<Runtime.ILanguageModel> OpenAsync(string path) => new LlamaCppRuntime().LoadAsync(path, cancellationToken: cancellationToken);
    }

    /// <summary>Tokens a second after prompts.</summary>
    public static double Decode(BareLoop loop, int[][] prompts, int tokens)
    {
        var first = loop.Prefill(prompts);
        return prompts.Length * tokens / Turns.Seconds(() => loop.Continue(first, tokens));
    }

    private static Target? TargetOf(QuantizationProfile profile, string what) => (profile.Name, what) switch
    {
        (nameof(QuantizationProfile.Int4Fast), "decode, 1 stream") => Target.AtLeast(1.5),
        (nameof(QuantizationProfile.Int8), "decode, 1 stream") => Target.AtLeast(1.2),
        _ => null,
    };

    /// <summary>Both models in memory.</summary>
    private sealed class Sides(Runtime.ILanguageModel baseline, Runtime.ILanguageModel found, int threads) : IDisposable
    {
        public Loops Open(int sequences, int promptTokens)
        {
            var options = new EngineOptions { MaxSequences = sequences, ContextSize = promptTokens + 128, Threads = threads };
            int[][] prompts = [.. Enumerable.Range(0, sequences).Select(i => BenchmarkModel.NumberedPrompt(baseline.Tokenizer, i, promptTokens))];
            return new(new(baseline, options), new(found, options), prompts);
        }

        public void Dispose()
        {
            baseline.Dispose();
            found.Dispose();
        }
    }

    private sealed record Loops(BareLoop Baseline, BareLoop Found, int[][] Prompts) : IDisposable
    {
        public void Dispose()
        {
            Baseline.Dispose();
            Found.Dispose();
        }
    }
}
