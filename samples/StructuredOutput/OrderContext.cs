using System.Text.Json.Serialization;

namespace StructuredOutput;

/// <summary>How an order is written as JSON, without reflection; the form of the answer comes from it as well.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderContext : JsonSerializerContext;
