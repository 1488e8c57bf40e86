using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Peers;

/// <summary>A prompt, for peers that take tokens and for those that take text.</summary>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Text">What they say.</param>
internal sealed record PeerPrompt(int[] Tokens, string Text)
{
    /// <summary>Prompts of a task, no two of which begin alike.</summary>
    public static IReadOnlyList<PeerPrompt> Of(PeerTask task, ITokenizer tokenizer) =>
    [
        .. Enumerable.Range(0, task.Streams).Select(i =>
        {
            var tokens = BenchmarkModel.NumberedPrompt(tokenizer, i, task.PromptTokens);
            return new PeerPrompt(tokens, tokenizer.Decode(tokens));
        }),
    ];
}
