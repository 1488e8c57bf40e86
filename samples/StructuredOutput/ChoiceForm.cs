using System.Text.Json.Nodes;
using Lamina;
using Lamina.Tokens;

namespace StructuredOutput;

/// <summary>One of some texts: nothing is generated, the model says how likely each of them is.</summary>
internal sealed class ChoiceForm(IReadOnlyList<string> choices) : IForm
{
    public string Instruction => $"Answer with one of {string.Join(", ", choices)}.";

    public bool IsJson => true;

    public async Task<string> AnswerAsync(
        IInferenceEngine engine, Prompt prompt, GenerationOptions options, Action<string> show, CancellationToken cancellationToken)
    {
        var choice = await engine.ChooseAsync(prompt, choices, cancellationToken: cancellationToken);
        var json = new JsonObject
        {
            ["choice"] = choice.Text,
            ["probabilities"] = new JsonObject(choice.Scores.Select(
                score => KeyValuePair.Create(score.Text, (JsonNode?)Math.Round(score.Probability, 4)))),
        }.ToJsonString(JsonText.Options);
        show(json);
        return json;
    }
}
