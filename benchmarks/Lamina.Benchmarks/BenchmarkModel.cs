using System.Globalization;
using Lamina.Runtime;

namespace Lamina.Benchmarks;

/// <summary>The model to measure with, and a text that it goes on with for long.</summary>
internal static class BenchmarkModel
{
    public const string Variable = "LAMINA_BENCHMARK_MODEL";

    public const string ThreadsVariable = "LAMINA_BENCHMARK_THREADS";

    public const string Story = "Once upon a time, in a small village by the sea, there lived a";

    /// <summary>The file that the environment names, else the tiny model.</summary>
    public static string Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : TinyModel.Path;

    /// <summary>Threads of both sides: as many as the environment says, else as there are processors.</summary>
    public static int Threads => Environment.GetEnvironmentVariable(ThreadsVariable) is { Length: > 0 } text
        ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads > 0
            ? threads
            : throw new InvalidOperationException($"{ThreadsVariable} must be a number of at least 1, and is '{text}'.")
        : Environment.ProcessorCount;

    /// <summary>A prompt of exactly so many tokens.</summary>
    public static int[] PromptOf(IInferenceEngine engine, int count) => PromptOf(engine.Tokenizer, "", count);

    /// <summary>A prompt of exactly so many tokens that begins otherwise than those of other numbers.</summary>
    public static int[] NumberedPrompt(ITokenizer tokenizer, int number, int count) => PromptOf(
        tokenizer, string.Create(CultureInfo.InvariantCulture, $"{number} is the number of this story. "), count);

    private static int[] PromptOf(ITokenizer tokenizer, string beginning, int count)
    {
        var text = beginning + string.Concat(Enumerable.Repeat(Story + " fisherman. ", 1 + (count / 8)));
        return tokenizer.Encode(text)[..count];
    }
}
