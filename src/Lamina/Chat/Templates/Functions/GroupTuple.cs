using System.Collections;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>A group that <c>groupby</c> found: a tuple of its key and its items, which have names as well.</summary>
/// <param name="key">What the items have in common.</param>
/// <param name="items">The items.</param>
internal sealed class GroupTuple(object? key, TemplateList items) : IReadOnlyList<object?>, IMembers, IPrintable
{
    public string TypeName => "_GroupTuple";

    /// <summary>The group as a tuple without names.</summary>
    public TemplateList Tuple { get; } = TemplateList.Tuple(key, items);

    public int Count => Tuple.Count;

    public object? this[int index] => Tuple.Items[index];

    public bool TryGetMember(string name, out object? value)
    {
        value = name switch
        {
            "grouper" => Tuple.Items[0],
            "list" => Tuple.Items[1],
            _ => Methods.Find(Tuple, name),
        };
        return value is not null || name is "grouper";
    }

    public Text Print() => Printer.Represent(Tuple);

    public IEnumerator<object?> GetEnumerator() => Tuple.Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
