using Lamina.Tokens;

namespace Lamina;

/// <summary>What a reply takes whose reasoning may be ended for the model: then it is made in several parts.</summary>
internal sealed class ReplyClock
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan? _firstToken;
    private int _thought; // tokens of the parts before the last
    private int _ended;   // what stands behind the prompt in the last part's: those, and what ended them

    /// <summary>Notes that a token came.</summary>
    public void OnToken() => _firstToken ??= TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Notes that a part was ended.</summary>
    /// <param name="thought">Tokens that were generated in it.</param>
    /// <param name="added">Tokens by which the next prompt is longer.</param>
    public void OnEnded(int thought, int added) => (_thought, _ended) = (_thought + thought, _ended + added);

    /// <summary>What all parts took, of what the last one took.</summary>
    public Usage Total(Usage last) => _ended == 0 ? last : last with
    {
        PromptTokens = last.PromptTokens - _ended,
        CachedTokens = 0, // of the first part nobody knows it
        GeneratedTokens = last.GeneratedTokens + _thought,
        TimeToFirstToken = _firstToken ?? last.TimeToFirstToken,
        Duration = TimeProvider.System.GetElapsedTime(_started),
    };
}
