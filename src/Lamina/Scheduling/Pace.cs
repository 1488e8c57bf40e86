using System.Numerics;

namespace Lamina.Scheduling;

/// <summary>
/// How many tokens of prompts may join a batch in which streams wait for their next token: as many as lengthen the
/// step to about twice that of the streams alone, by what steps took so far.
/// </summary>
internal sealed class Pace
{
    /// <summary>What is allowed before anything was measured.</summary>
    private const int Unmeasured = 8;

    private const int Least = 4;
    private const double Stretch = 2;

    /// <summary>How much dearer a token is in a small part of a prompt than in a large one, until that is measured.</summary>
    private const double SmallPart = 1.5;

    /// <summary>How much the newest of the measured steps counts.</summary>
    private const double Weight = 0.2;

    /// <summary>Seconds of a step of streams alone, by the binary logarithm of their number; 0 for not known.</summary>
    private readonly double[] _streamSeconds = new double[9];

    private double _promptTokenSeconds;
    private double _besideTokenSeconds;

    /// <summary>The most prompt tokens beside so many streams.</summary>
    public int PromptTokens(int streams)
    {
        var alone = StreamSeconds(streams);
        var token = _besideTokenSeconds > 0 ? _besideTokenSeconds : SmallPart * _promptTokenSeconds;
        return alone == 0 || token == 0 ? Unmeasured : (int)Math.Clamp((Stretch - 1) * alone / token, Least, 1 << 20);
    }

    /// <summary>Learns from a step.</summary>
    public void Observe(int streams, int promptTokens, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        if (promptTokens == 0)
        {
            Learn(ref _streamSeconds[Class(streams)], seconds);
        }
        else if (streams == 0)
        {
            Learn(ref _promptTokenSeconds, seconds / promptTokens);
        }
        else if (StreamSeconds(streams) is > 0 and var alone && alone < seconds)
        {
            Learn(ref _besideTokenSeconds, (seconds - alone) / promptTokens);
        }
    }

    private static void Learn(ref double known, double measured) =>
        known = known == 0 ? measured : known + (Weight * (measured - known));

    private static int Class(int streams) => BitOperations.Log2((uint)Math.Clamp(streams, 1, 256));

    /// <summary>What is known of so many streams, or of the nearest number of them.</summary>
    private double StreamSeconds(int streams)
    {
        var at = Class(streams);
        for (var away = 0; away < _streamSeconds.Length; away++)
        {
            foreach (var index in (ReadOnlySpan<int>)[at - away, at + away])
            {
                if ((uint)index < (uint)_streamSeconds.Length && _streamSeconds[index] > 0)
                {
                    return _streamSeconds[index];
                }
            }
        }

        return 0;
    }
}
