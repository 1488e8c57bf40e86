using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Lamina.Constraints;
using Lamina.Tokens;

namespace Lamina;

/// <summary>Answers as values of types.</summary>
public static class InferenceEngineJsonExtensions
{
    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = static (_, node) => RequireAll(node),
    };

    /// <summary>Generates a value of a type: the answer is JSON that the type can be read from.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="engine">The engine.</param>
    /// <param name="prompt">What the model reads first. It does well to say what is wanted: the model sees no schema.</param>
    /// <param name="type">How the type is written as JSON, from System.Text.Json's source generator: <c>MyContext.Default.MyType</c>.</param>
    /// <param name="options">When to stop and how to sample; null for the usual ones. Its constraint is not used.</param>
    /// <param name="cancellationToken">Ends the generation at once.</param>
    /// <returns>The value. Null where the model answered null, which it may where the type can be null.</returns>
    /// <exception cref="LaminaException">The answer did not come to its end; the message holds what there was of it.</exception>
    /// <inheritdoc cref="IInferenceEngine.GenerateAsync" path="/exception"/>
    public static async Task<T?> GenerateAsync<T>(
        this IInferenceEngine engine,
        Prompt prompt,
        JsonTypeInfo<T> type,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(type);
        var answer = await engine
            .CompleteAsync(prompt, (options ?? engine.DefaultGeneration) with { Constraint = ConstraintFor(type) }, cancellationToken)
            .ConfigureAwait(false);
        return answer.FinishReason == FinishReason.EndOfGeneration
            ? JsonSerializer.Deserialize(answer.Text, type)
            : throw new LaminaException(
                "generate",
                $"The answer ended before it was whole ({answer.FinishReason}), so that no {typeof(T).Name} could be read from it: {answer.Text}");
    }

    /// <summary>The form of JSON that a type can be read from, with all its properties and no others.</summary>
    /// <param name="type">How the type is written as JSON, from System.Text.Json's source generator.</param>
    /// <returns>The constraint. To make it takes as long as to compile a schema, so keep it.</returns>
    public static Constraint ConstraintFor(JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Constraint.JsonSchema(type.Options.GetJsonSchemaAsNode(type.Type, Exporter).ToJsonString());
    }

    private static JsonNode RequireAll(JsonNode node)
    {
        if (node is JsonObject schema && schema["properties"] is JsonObject properties)
        {
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
            schema["additionalProperties"] = false;
        }

        return node;
    }
}
