namespace Lamina.Chat.Templates.Values;

/// <summary>The keys, the values or the pairs of a dictionary, as its methods give them.</summary>
/// <param name="kind">Python's name of the kind: dict_items.</param>
/// <param name="items">What is in it.</param>
internal sealed class DictionaryView(string kind, IReadOnlyList<object?> items)
{
    public string Kind => kind;

    public IReadOnlyList<object?> Items => items;
}
