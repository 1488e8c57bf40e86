using System.Runtime.CompilerServices;
using Lamina;
using Lamina.Chat;
using Lamina.Tokens;
using Samples;

namespace Batch;

/// <summary>Answers prompts, many at a time.</summary>
internal sealed class AnswerStream(IInferenceEngine engine, Arguments arguments)
{
    private readonly ChatFormat? _chat = arguments.Chat ? ChatFormat.Of(engine.Model, engine.Tokenizer) : null;

    /// <summary>
    /// Gives the answers in the order of the prompts. Twice as many requests as run at a time are with the engine: a
    /// place that becomes free is taken at once, and one that comes late has few before it. The window is larger, so
    /// that there is work while early answers wait for their turn.
    /// </summary>
    public async IAsyncEnumerable<Answer> ReadAsync(
        IEnumerable<PromptLine> prompts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var turns = new SemaphoreSlim(2 * arguments.Parallel);
        var window = new Queue<Task<Answer>>();
        foreach (var prompt in prompts)
        {
            if (window.Count == 4 * arguments.Parallel)
            {
                yield return await window.Dequeue();
            }

            window.Enqueue(AnswerAsync(prompt, turns, cancellationToken));
        }

        while (window.TryDequeue(out var next))
        {
            yield return await next;
        }
    }

    private async Task<Answer> AnswerAsync(
        PromptLine prompt, SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            var completion = await engine.CompleteAsync(ToPrompt(prompt), ToOptions(prompt), cancellationToken);
            return AnswerJson.Of(prompt, completion);
        }
        catch (Exception e) when (e is LaminaException or ArgumentException)
        {
            return AnswerJson.Of(prompt, OptionNames.In(e.Message));
        }
        finally
        {
            turns.Release();
        }
    }

    private Prompt ToPrompt(PromptLine prompt) => _chat?.Apply([ChatMessage.User(prompt.Prompt)]) ?? prompt.Prompt;

    private GenerationOptions ToOptions(PromptLine prompt)
    {
        var common = arguments.Generation;
        return common with
        {
            MaxTokens = prompt.MaxTokens ?? common.MaxTokens,
            Stop = prompt.Stop ?? common.Stop,
            Sampling = common.Sampling with
            {
                Temperature = prompt.Temperature ?? common.Sampling.Temperature,
                Seed = prompt.Seed ?? unchecked(arguments.Seed + (uint)prompt.Number),
            },
        };
    }
}
