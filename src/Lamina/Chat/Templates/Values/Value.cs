using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lamina.Chat.Templates.Values;

/// <summary>What templates are given, as their values.</summary>
internal static class Value
{
    private const int MostDepth = 128;

    /// <param name="value">Text, a number, a truth value, null, JSON, a list or a dictionary of these.</param>
    /// <param name="isTyped">Whether texts in it were typed by users.</param>
    /// <param name="argument">What it is called where it is wrong.</param>
    /// <exception cref="ArgumentException">It is of another type, or nested too deep.</exception>
    public static object? From(object? value, bool isTyped, string argument) => From(value, isTyped, argument, MostDepth);

    private static object? From(object? value, bool isTyped, string argument, int depth)
    {
        if (depth == 0)
        {
            throw new ArgumentException($"{argument} is nested more than {MostDepth} deep.", argument);
        }

        return value switch
        {
            null or bool or long or double => value,
            string text => Text.Of(text, isTyped),
            JsonElement element => FromJson(element, isTyped),
            JsonNode node => FromJson(JsonElement.Parse(node.ToJsonString()), isTyped),
            sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            ulong number => ValueTypes.Integer(number),
            BigInteger number => ValueTypes.Integer(number),
            float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            IReadOnlyDictionary<string, object?> dictionary => FromPairs(dictionary, isTyped, argument, depth),
            IDictionary dictionary => FromPairs(
                dictionary.Keys.Cast<object>().Select(key => KeyValuePair.Create(
                    key as string ?? throw new ArgumentException($"{argument} has a key that is no text.", argument), dictionary[key])),
                isTyped,
                argument,
                depth),
            IEnumerable items => new TemplateList([.. items.Cast<object?>().Select(item => From(item, isTyped, argument, depth - 1))]),
            _ => throw new ArgumentException(
                $"{argument} holds a {value.GetType()}; give texts, numbers, truth values, null, JSON, and lists and dictionaries of these.",
                argument),
        };
    }

    private static TemplateDictionary FromPairs(
        IEnumerable<KeyValuePair<string, object?>> pairs, bool isTyped, string argument, int depth)
    {
        var dictionary = new TemplateDictionary();
        foreach (var (key, value) in pairs)
        {
            dictionary.Set(Text.Of(key, isTyped), From(value, isTyped, argument, depth - 1));
        }

        return dictionary;
    }

    private static object? FromJson(JsonElement element, bool isTyped)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var dictionary = new TemplateDictionary();
                foreach (var property in element.EnumerateObject())
                {
                    dictionary.Set(Text.Of(property.Name, isTyped), FromJson(property.Value, isTyped));
                }

                return dictionary;
            case JsonValueKind.Array:
                return new TemplateList([.. element.EnumerateArray().Select(item => FromJson(item, isTyped))]);
            case JsonValueKind.String:
                return Text.Of(element.GetString()!, isTyped);
            case JsonValueKind.Number:
                return FromNumber(element.GetRawText());
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            default:
                return null;
        }
    }

    /// <summary>1.0 and 1 are not the same in Python.</summary>
    private static object FromNumber(string text) => text.AsSpan().ContainsAny('.', 'e', 'E')
        ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
        : ValueTypes.Integer(BigInteger.Parse(text, CultureInfo.InvariantCulture));
}
