using Lamina.Benchmarks.Batching;
using Lamina.Chat;
using Lamina.LlamaCpp;

namespace Lamina.Benchmarks.Templates;

/// <summary>How long it takes to make the prompt of a conversation, beside what it takes to tokenize it.</summary>
internal static class TemplatesCommand
{
    private const int Turns = 50;

    /// <summary>Measures.</summary>
    /// <param name="model">A model with a chat template.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, CancellationToken cancellationToken)
    {
        using var loaded = await new LlamaCppRuntime().LoadAsync(model, cancellationToken: cancellationToken);
        var format = ChatFormat.Of(loaded.Info, loaded.Tokenizer);
        ChatMessage[] messages =
        [
            ChatMessage.System("Be brief."),
            .. Enumerable.Range(0, Turns).SelectMany(i => new[]
            {
                ChatMessage.User($"Question {i}: {BenchmarkModel.Story}"),
                ChatMessage.Assistant($"Answer {i}: {BenchmarkModel.Story}"),
            }),
        ];
        for (var i = 0; i < 500; i++)
        {
            format.Apply(messages);
        }

        var text = format.Apply(messages).ToString();
        var report = new Report();
        var found = await Benchmarks.Turns.CompareAsync(
            rounds,
            warmUps: 2,
            () => Task.FromResult(1000 * Benchmarks.Turns.Seconds(() => loaded.Tokenizer.Encode(text))),
            () => Task.FromResult(1000 * Benchmarks.Turns.Seconds(() => format.Apply(messages))),
            cancellationToken: cancellationToken);
        report.Add($"the prompt of {Turns} turns, {text.Length} characters", "ms", "its tokens", found, Target.AtMost(2) with { OfFound = true });
        report.Write();
        return 0;
    }
}
