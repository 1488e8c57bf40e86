namespace Lamina.Tokens;

/// <summary>What a request took.</summary>
public sealed record Usage
{
    /// <summary>Tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that had been computed before and were not computed again.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Tokens generated, the one that ended the answer among them.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>From the request to its first token: waiting, prefill and the first sample.</summary>
    public required TimeSpan TimeToFirstToken { get; init; }

    /// <summary>From the request to its end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Tokens a second after the first token; 0 where there were fewer than two.</summary>
    public double TokensPerSecond => GeneratedTokens < 2 || Duration <= TimeToFirstToken
        ? 0
        : (GeneratedTokens - 1) / (Duration - TimeToFirstToken).TotalSeconds;
}
