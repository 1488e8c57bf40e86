using System.Text;

namespace Batch;

/// <summary>What there is to do, and what an earlier run has done.</summary>
/// <param name="Total">Prompts in the input.</param>
/// <param name="Answered">How many of them, the first ones, have an answer in the output.</param>
/// <param name="Failed">How many of those answers are errors.</param>
/// <param name="Length">Bytes of the output that these answers take.</param>
/// <param name="LongestRequest">Tokens that a prompt without answer, and its answer, take at the most.</param>
internal sealed record Survey(int Total, int Answered, int Failed, long Length, long LongestRequest)
{
    /// <summary>Tokens that stand around a prompt: what a template says before a chat, and what a tokenizer adds.</summary>
    private const int Around = 128;

    /// <summary>Reads the whole input, and the output beside it.</summary>
    /// <param name="prompts">The input.</param>
    /// <param name="answers">The output; null where there is nothing to continue.</param>
    /// <param name="maxTokens">Tokens of an answer where a prompt says nothing else.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidDataException">A line of the input is no prompt, or the output is another's.</exception>
    public static Survey Of(PromptFile prompts, AnswerFile? answers, int maxTokens, CancellationToken cancellationToken)
    {
        var survey = new Survey(0, 0, 0, 0, 0);
        using var lines = (answers?.ReadLines() ?? []).GetEnumerator();
        var hasLine = lines.MoveNext();
        foreach (var prompt in prompts.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            survey = survey with { Total = survey.Total + 1 };
            if (hasLine && answers!.ReadAnswer(lines.Current, prompt) is { } isError)
            {
                survey = survey with
                {
                    Answered = survey.Answered + 1,
                    Failed = survey.Failed + (isError ? 1 : 0),
                    Length = lines.Current.End,
                };
            }
            else
            {
                // No token is shorter than a byte.
                var most = Encoding.UTF8.GetByteCount(prompt.Prompt) + (long)(prompt.MaxTokens ?? maxTokens) + Around;
                survey = survey with { LongestRequest = Math.Max(survey.LongestRequest, most) };
            }

            hasLine = hasLine && lines.MoveNext();
        }

        return hasLine
            ? throw answers!.Foreign(lines.Current.Number, "is beyond the last line of the input")
            : survey;
    }
}
