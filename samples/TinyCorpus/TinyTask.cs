namespace TinyCorpus;

/// <summary>A kind of question that a program can make without end, and check.</summary>
/// <remarks>Immutable, so safe to use from any thread.</remarks>
public abstract class TinyTask
{
    /// <summary>Starts the line that holds the answer, where a task has steps before it.</summary>
    public const string AnswerMark = "#### ";

    /// <summary>A short name: <c>add-3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What is asked, in words.</summary>
    public abstract string Description { get; }

    /// <summary>Makes a question.</summary>
    /// <param name="random">Where it is drawn from.</param>
    /// <param name="heldOut">True for a question that no corpus has, false for one that a corpus may have.</param>
    public Exercise Create(Random random, bool heldOut)
    {
        while (true)
        {
            var exercise = Create(random);
            if (exercise.IsHeldOut == heldOut)
            {
                return exercise;
            }
        }
    }

    /// <summary>Checks an answer.</summary>
    /// <param name="exercise">A question of this task.</param>
    /// <param name="completion">What was answered, as it was generated.</param>
    public virtual Verdict Check(Exercise exercise, string completion)
    {
        var answer = ReadAnswer(completion);
        return new(answer is { Length: > 0 }, string.Equals(answer, exercise.Answer, StringComparison.Ordinal));
    }

    /// <summary>The answer in a completion: what the last line with the <see cref="AnswerMark"/> says; null if there is none.</summary>
    /// <param name="completion">What was generated.</param>
    public static string? ReadAnswer(string completion)
    {
        var mark = completion.LastIndexOf(AnswerMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return null;
        }

        var answer = completion[(mark + AnswerMark.Length)..];
        var end = answer.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? answer : answer[..end]).Trim();
    }

    /// <summary>Makes a question, held out or not.</summary>
    /// <param name="random">Where it is drawn from.</param>
    protected abstract Exercise Create(Random random);
}
