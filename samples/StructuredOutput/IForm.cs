using Lamina;
using Lamina.Tokens;

namespace StructuredOutput;

/// <summary>A form that answers have, and the way to an answer of that form.</summary>
internal interface IForm
{
    /// <summary>What a model is asked to do with a text, unless something else is said; empty where the text says it.</summary>
    string Instruction { get; }

    /// <summary>Whether what is shown is JSON, not a text.</summary>
    bool IsJson { get; }

    /// <param name="engine">Answers.</param>
    /// <param name="prompt">What is asked.</param>
    /// <param name="options">How it is answered.</param>
    /// <param name="show">Called with the parts of the answer as they come.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer as JSON, on one line.</returns>
    /// <exception cref="LaminaException">There is no whole answer; the message says why.</exception>
    Task<string> AnswerAsync(
        IInferenceEngine engine, Prompt prompt, GenerationOptions options, Action<string> show, CancellationToken cancellationToken);
}
