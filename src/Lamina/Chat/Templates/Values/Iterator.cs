using System.Collections;

namespace Lamina.Chat.Templates.Values;

/// <summary>Values that come one after another, and once only: Python's generator.</summary>
/// <param name="items">The values.</param>
/// <param name="name">Python's name of what makes them, for printing.</param>
internal sealed class Iterator(IEnumerable<object?> items, string name = "generator") : IEnumerable<object?>
{
    private readonly IEnumerator<object?> _items = items.GetEnumerator();

    public string Name => name;

    public IEnumerator<object?> GetEnumerator()
    {
        while (_items.MoveNext())
        {
            yield return _items.Current;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
