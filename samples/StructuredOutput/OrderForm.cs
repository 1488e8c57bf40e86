using System.Text.Json;
using Lamina;
using Lamina.Tokens;

namespace StructuredOutput;

/// <summary>A value of a type of ours.</summary>
internal sealed class OrderForm : IForm
{
    public string Instruction => "Extract name, item, count and price as JSON:";

    public bool IsJson => true;

    public async Task<string> AnswerAsync(
        IInferenceEngine engine, Prompt prompt, GenerationOptions options, Action<string> show, CancellationToken cancellationToken)
    {
        var order = await engine.GenerateAsync(prompt, OrderContext.Default.Order, options, cancellationToken);
        var json = JsonSerializer.Serialize(order, OrderContext.Default.Order);
        show(json);
        return json;
    }
}
