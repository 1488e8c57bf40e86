using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lamina.Workers;

/// <summary>Writes a type in the form of another.</summary>
internal sealed class FormConverter<T, TForm>(Func<T, TForm> write, Func<TForm, T> read) : JsonConverter<T>
    where T : class
    where TForm : class
{
    public override bool CanConvert(Type typeToConvert) => typeof(T).IsAssignableFrom(typeToConvert);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(JsonSerializer.Deserialize(ref reader, FormOf(options))!);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, write(value), FormOf(options));

    private static JsonTypeInfo<TForm> FormOf(JsonSerializerOptions options) =>
        (JsonTypeInfo<TForm>)options.GetTypeInfo(typeof(TForm));
}
