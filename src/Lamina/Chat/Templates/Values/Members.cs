using Lamina.Chat.Templates.Functions;

namespace Lamina.Chat.Templates.Values;

/// <summary>Attributes and items: <c>value.name</c> looks for an attribute first, <c>value['name']</c> for an item.</summary>
internal static class Members
{
    /// <returns>An <see cref="Undefined"/> where there is none.</returns>
    /// <exception cref="TemplateFault">The value is itself not there.</exception>
    public static object? Attribute(object? owner, string name)
    {
        if (owner is Undefined undefined)
        {
            return IsPythons(name) && !undefined.IsRefused ? Undefined.Unsafe(owner, name) : throw undefined.Fail();
        }

        return TryAttribute(owner, name, out var value) || TryItem(owner, (Text)name, out value)
            ? value
            : Undefined.Member(owner, (Text)name);
    }

    /// <inheritdoc cref="Attribute"/>
    public static object? Item(object? owner, object? key)
    {
        if (owner is Undefined undefined)
        {
            throw undefined.Fail();
        }

        return TryItem(owner, key, out var value) || (key is Text name && TryAttribute(owner, name.Value, out value))
            ? value
            : Undefined.Member(owner, key);
    }

    private static bool TryAttribute(object? owner, string name, out object? value)
    {
        // Of names that begin with a low line values have only Python's own, and objects those that they were given.
        var isPrivate = name.StartsWith('_');
        if (isPrivate ? IsPythons(name) || owner is IMembers : Methods.IsUnsafe(owner, name))
        {
            value = Undefined.Unsafe(owner, name);
            return true;
        }

        if (owner is IMembers members)
        {
            return members.TryGetMember(name, out value);
        }

        value = Methods.Find(owner, name);
        return value is not null;
    }

    private static bool IsPythons(string name) =>
        name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private static bool TryItem(object? owner, object? key, out object? value)
    {
        switch (owner)
        {
            case TemplateDictionary dictionary:
                return dictionary.TryGet(key, out value);
            case IReadOnlyList<object?> list when ValueTypes.IsInteger(key):
                return Elements.TryGetItem(new TemplateList(list), key!, out value);
            default:
                value = null;
                return key is not null && Elements.TryGetItem(owner, key, out value);
        }
    }
}
