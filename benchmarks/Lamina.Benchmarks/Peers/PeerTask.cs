using System.Globalization;
using Lamina.Benchmarks.Batching;

namespace Lamina.Benchmarks.Peers;

/// <summary>Something that all peers are asked to do: to go on from prompts, each a stream, all at once.</summary>
/// <param name="Kind">What is measured of it.</param>
/// <param name="Streams">Streams at once.</param>
/// <param name="PromptTokens">Tokens of each prompt.</param>
/// <param name="GeneratedTokens">Tokens that are wanted after each.</param>
internal sealed record PeerTask(PeerTaskKind Kind, int Streams, int PromptTokens, int GeneratedTokens)
{
    private const int ContextStep = 256;

    /// <summary>What the table calls it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Kind switch
    {
        PeerTaskKind.Decode when Streams == 1 => "decode, 1 stream",
        PeerTaskKind.Decode => $"decode, {Streams} streams",
        PeerTaskKind.Prefill => $"prefill of {PromptTokens} tokens",
        _ => $"first token after {PromptTokens} tokens",
    }}");

    /// <summary>The unit of its figure.</summary>
    public string Unit => Kind == PeerTaskKind.FirstToken ? "ms" : "tokens/s";

    /// <summary>Tokens that a stream needs room for, rounded up.</summary>
    public int ContextSize => (PromptTokens + GeneratedTokens + ContextStep - 1) / ContextStep * ContextStep;

    /// <summary>Tokens of as many streams, after short prompts: so many that all run at once for a while, also where the first is begun before the others come.</summary>
    public static PeerTask Decode(int streams) => new(PeerTaskKind.Decode, streams, PromptTokens: 32, GeneratedTokens: 128);

    /// <summary>A long prompt.</summary>
    public static PeerTask Prefill() => new(PeerTaskKind.Prefill, Streams: 1, PromptTokens: 512, GeneratedTokens: 1);

    /// <summary>How soon a short request is answered.</summary>
    public static PeerTask FirstToken() => new(PeerTaskKind.FirstToken, Streams: 1, PromptTokens: 64, GeneratedTokens: 1);

    /// <summary>The figure of streams whose tokens came at known times.</summary>
    /// <param name="timeline">When they came.</param>
    /// <param name="started">When they were asked for.</param>
    /// <exception cref="PeerException">The streams did not run at the same time.</exception>
    public double FigureOf(Timeline timeline, long started)
    {
        try
        {
            return Kind == PeerTaskKind.Decode ? timeline.TokensPerSecond : FigureOf(timeline.SecondsToFirst(started));
        }
        catch (InvalidOperationException e)
        {
            throw new PeerException(e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>The figure where all that is told is how long the work took: to the first token, or for the tokens after it.</summary>
    public double FigureOf(double seconds) => Kind switch
    {
        PeerTaskKind.Decode => Streams * (GeneratedTokens - 1) / seconds,
        PeerTaskKind.Prefill => PromptTokens / seconds,
        _ => seconds * 1000,
    };

    /// <summary>How many times as fast one is as another.</summary>
    public double SpeedUp(double one, double other) => Kind == PeerTaskKind.FirstToken ? other / one : one / other;
}
