using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Tuning;

/// <summary>A runtime whose batches take the time that a script says, by a clock of its own.</summary>
internal sealed class SpeedScript : IDisposable
{
    private readonly Random _random = new(7);

    /// <param name="factor">How many times as long a batch takes with a decoder as with the defaults.</param>
    /// <param name="runtime">The runtime; null for one of the common kind.</param>
    public SpeedScript(Func<DecoderOptions, double> factor, FakeRuntime? runtime = null)
    {
        Runtime = runtime ?? new();
        Runtime.OnDecode = batch =>
        {
            var noise = 1 + (Noise * ((2 * _random.NextDouble()) - 1));
            Clock.Advance(TimeSpan.FromMilliseconds(batch.Tokens.Count * factor(batch.Decoder.Options) * noise * Drift(Clock.GetElapsedTime(0).TotalSeconds)));
            return null;
        };
    }

    public FakeRuntime Runtime { get; }

    public ManualClock Clock { get; } = new();

    /// <summary>How far a batch's time is off, at the most.</summary>
    public double Noise { get; init; }

    /// <summary>How the machine changes with time in seconds.</summary>
    public Func<double, double> Drift { get; init; } = _ => 1;

    public void Dispose() => Runtime.Dispose();
}
