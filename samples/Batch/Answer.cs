namespace Batch;

/// <summary>What came of a prompt.</summary>
/// <param name="Json">The line for the output, its newline included.</param>
/// <param name="PromptTokens">Tokens of the prompt, as far as it was read.</param>
/// <param name="GeneratedTokens">Tokens generated.</param>
/// <param name="Failed">Whether there is an error in place of a text.</param>
internal sealed record Answer(ReadOnlyMemory<byte> Json, int PromptTokens, int GeneratedTokens, bool Failed);
