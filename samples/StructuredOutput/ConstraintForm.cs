using System.Text;
using System.Text.Json;
using Lamina;
using Lamina.Constraints;
using Lamina.Tokens;

namespace StructuredOutput;

/// <summary>What a constraint lets through, as it comes: JSON by a schema, or a text by an expression or a grammar.</summary>
internal sealed class ConstraintForm(Constraint constraint, bool isJson, string instruction) : IForm
{
    public string Instruction => instruction;

    public bool IsJson => isJson;

    public async Task<string> AnswerAsync(
        IInferenceEngine engine, Prompt prompt, GenerationOptions options, Action<string> show, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var last = default(Token);
        await foreach (var token in engine.GenerateAsync(prompt, options with { Constraint = constraint }, cancellationToken))
        {
            last = token;
            text.Append(token.Text);
            show(token.Text);
        }

        var answer = text.ToString();
        return last.FinishReason switch
        {
            FinishReason.EndOfGeneration => isJson ? Check(answer) : JsonText.Of(answer),
            FinishReason.Length => throw new LaminaException(
                "answer", $"The answer was cut after {last.Usage!.GeneratedTokens} tokens, by --max-tokens or the context's end: {answer}"),
            _ => throw new LaminaException("answer", $"No token keeps the form after: {answer}"),
        };
    }

    /// <summary>What the constraint lets through is JSON: this is where a program would read its values from it.</summary>
    private static string Check(string json)
    {
        using var _ = JsonDocument.Parse(json);
        return json;
    }
}
