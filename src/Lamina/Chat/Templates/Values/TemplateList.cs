namespace Lamina.Chat.Templates.Values;

/// <summary>A list, or a tuple. Templates cannot change it.</summary>
/// <param name="items">What is in it.</param>
/// <param name="isTuple">Whether it is a tuple.</param>
internal sealed class TemplateList(IReadOnlyList<object?> items, bool isTuple = false)
{
    public IReadOnlyList<object?> Items => items;

    public bool IsTuple => isTuple;

    public int Count => items.Count;

    public static TemplateList Tuple(params IReadOnlyList<object?> items) => new(items, isTuple: true);
}
