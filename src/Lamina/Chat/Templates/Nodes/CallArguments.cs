using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>The arguments of a call as they are written.</summary>
internal sealed class CallArguments(
    IReadOnlyList<Expression> positional,
    IReadOnlyList<(string Name, Expression Value)> named,
    Expression? unpacked,
    Expression? unpackedNamed)
{
    public static CallArguments None { get; } = new([], [], null, null);

    public bool IsEmpty => positional.Count == 0 && named.Count == 0 && unpacked is null && unpackedNamed is null;

    /// <param name="scope">Where they are seen.</param>
    /// <param name="more">One more by name, or none.</param>
    public Arguments Evaluate(Scope scope, KeyValuePair<string, object?>? more = null)
    {
        if (IsEmpty && more is null)
        {
            return Arguments.None;
        }

        var places = positional.Select(value => value.Evaluate(scope)).ToList();
        places.AddRange(unpacked is null ? [] : Elements.Items(unpacked.Evaluate(scope)));
        var names = named.Select(pair => KeyValuePair.Create(pair.Name, pair.Value.Evaluate(scope))).ToList();
        if (unpackedNamed is not null)
        {
            names.AddRange(unpackedNamed.Evaluate(scope) is TemplateDictionary dictionary
                ? dictionary.Entries.Select(entry => KeyValuePair.Create(ValueTypes.ToText(entry.Key).Value, entry.Value))
                : throw new TemplateFault("argument after ** must be a mapping"));
        }

        names.AddRange(more is { } pair ? [pair] : []);
        scope.Run.Spend(places.Count + names.Count);
        return new(places, names);
    }
}
