using System.Numerics;

namespace Lamina.Scheduling;

/// <summary>
/// How many tokens of prompts may join a batch in which streams wait for their next token: as many as lengthen the
/// step by two thirds of what the streams alone take, by what steps took so far.
/// </summary>
internal sealed class Pace
{
    /// <summary>What is allowed before anything was measured.</summary>
    private const int Unmeasured = 8;

    private const int Least = 2;
    private const double Stretch = 2.0 / 3;

    /// <summary>Tokens of a prompt from which on a step tells what one costs among many.</summary>
    private const int Many = 32;

    /// <summary>
    /// Steps with prompts after which the streams have one for themselves: what they take alone grows with them.
    /// </summary>
    private const int StepsBetween = 24;

    /// <summary>How much the newest of the measured steps counts.</summary>
    private const double Weight = 0.2;

    /// <summary>Seconds of a step of streams alone, by the binary logarithm of their number; 0 for not known.</summary>
    private readonly double[] _streamSeconds = new double[9];

    /// <summary>Seconds of one more token of a prompt.</summary>
    private double _tokenSeconds;

    /// <summary>Seconds that come once for each part of a prompt beside streams.</summary>
    private double _partSeconds;

    private int _steps;

    /// <summary>The most prompt tokens beside so many streams.</summary>
    public int PromptTokens(int streams)
    {
        var alone = StreamSeconds(streams);
        return _steps == StepsBetween ? 0
            : alone == 0 || _tokenSeconds == 0 ? Unmeasured
            : (int)Math.Clamp(((Stretch * alone) - _partSeconds) / _tokenSeconds, Least, 1 << 20);
    }

    /// <summary>Learns from a step.</summary>
    public void Observe(int streams, int promptTokens, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds;
        _steps = promptTokens == 0 ? 0 : _steps + 1;
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
            if (promptTokens >= Many || _tokenSeconds == 0)
            {
                Learn(ref _tokenSeconds, seconds / promptTokens);
            }
        }
        else if (StreamSeconds(streams) is > 0 and var alone && alone < seconds)
        {
            if (_tokenSeconds == 0)
            {
                Learn(ref _tokenSeconds, (seconds - alone) / promptTokens);
            }

            Learn(ref _partSeconds, Math.Max(seconds - alone - (promptTokens * _tokenSeconds), 0));
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
