using System.Diagnostics;

namespace Batch;

/// <summary>Counts what is done.</summary>
internal sealed class Tally(Survey survey)
{
    private readonly Stopwatch _clock = new();

    public int Total => survey.Total;

    /// <summary>Answers of an earlier run.</summary>
    public int Before => survey.Answered;

    /// <summary>Answers in the output, those of an earlier run and errors among them.</summary>
    public int Answered { get; private set; } = survey.Answered;

    /// <summary>Errors among them.</summary>
    public int Failed { get; private set; } = survey.Failed;

    public long PromptTokens { get; private set; }

    public long GeneratedTokens { get; private set; }

    /// <summary>Whether it was cancelled.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Since the model was loaded.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    public void Start() => _clock.Start();

    public void Add(Answer answer)
    {
        Answered++;
        Failed += answer.Failed ? 1 : 0;
        PromptTokens += answer.PromptTokens;
        GeneratedTokens += answer.GeneratedTokens;
    }

    public void Stop() => _clock.Stop();
}
