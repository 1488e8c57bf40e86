using System.Runtime.InteropServices;

namespace Lamina.Sampling;

/// <summary>
/// Lowers the logits of tokens that were among the last ones: repetition penalty, Keskar et al. (2019), "CTRL: A
/// Conditional Transformer Language Model for Controllable Generation", with frequency and presence penalties.
/// </summary>
/// <remarks>
/// A token that occurred <c>c</c> times in the window has its logit divided by the repetition penalty where it is
/// positive and multiplied where it is not (the paper only divides, which would favour negative logits), and then
/// lowered by <c>c</c> times the frequency penalty and once by the presence penalty.
/// </remarks>
public sealed class PenaltySampler : ISampler
{
    private readonly Queue<int> _last;
    private readonly Dictionary<int, int> _counts;

    /// <summary>Creates the sampler.</summary>
    /// <param name="window">
    /// How many of the last tokens count; 0 or less turns the sampler off. The default is 64.
    /// </param>
    /// <param name="repetition">
    /// What to divide logits by, a finite number above 0; 1, the default, changes nothing, more discourages repetition.
    /// </param>
    /// <param name="frequency">
    /// What to subtract for each occurrence, a finite number; 0, the default, changes nothing.
    /// </param>
    /// <param name="presence">
    /// What to subtract for having occurred at all, a finite number; 0, the default, changes nothing.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A penalty is out of its range, infinite or NaN.</exception>
    public PenaltySampler(int window = 64, float repetition = 1, float frequency = 0, float presence = 0)
    {
        const int ReservedAtOnce = 1024;
        Window = Math.Max(window, 0);
        Repetition = Require.FiniteAboveZero(repetition);
        Frequency = Require.Finite(frequency);
        Presence = Require.Finite(presence);
        var reserved = IsOff ? 0 : Math.Min(Window, ReservedAtOnce) + 1;
        _last = new Queue<int>(reserved);
        _counts = new Dictionary<int, int>(reserved);
    }

    private PenaltySampler(PenaltySampler other)
        : this(other.Window, other.Repetition, other.Frequency, other.Presence)
    {
        foreach (var token in other._last)
        {
            Accept(token);
        }
    }

    /// <summary>How many of the last tokens count; 0 where the sampler is off.</summary>
    public int Window { get; }

    /// <summary>What logits are divided by, above 0.</summary>
    public float Repetition { get; }

    /// <summary>What is subtracted for each occurrence.</summary>
    public float Frequency { get; }

    /// <summary>What is subtracted for having occurred at all.</summary>
    public float Presence { get; }

    /// <summary>Whether the settings change nothing, whatever was accepted.</summary>
    private bool IsOff => Window == 0 || (Repetition == 1 && Frequency == 0 && Presence == 0);

    /// <inheritdoc/>
    public void Apply(ref Candidates candidates)
    {
        if (_counts.Count == 0)
        {
            return;
        }

        var logits = candidates.Logits;
        foreach (var (token, count) in _counts)
        {
            var index = candidates.IndexOf(token);
            if (index >= 0)
            {
                var logit = logits[index];
                logit = logit <= 0 ? logit * Repetition : logit / Repetition;
                logits[index] = logit - ((count * Frequency) + Presence);
            }
        }
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        if (IsOff)
        {
            return;
        }

        if (_last.Count == Window)
        {
            var oldest = _last.Dequeue();
            if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, oldest) == 0)
            {
                _counts.Remove(oldest);
            }
        }

        _last.Enqueue(token);
        _counts[token] = _counts.GetValueOrDefault(token) + 1;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _last.Clear();
        _counts.Clear();
    }

    /// <inheritdoc/>
    public ISampler Clone() => new PenaltySampler(this);

    /// <summary>The name and the settings of the sampler.</summary>
    /// <returns>Text such as <c>penalties(last 64, repetition 1.1, frequency 0, presence 0)</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"penalties(last {Window}, repetition {Repetition}, frequency {Frequency}, presence {Presence})");
}
