using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>What is set: a variable, an attribute of a namespace, or several of them from what is unpacked.</summary>
/// <param name="name">The variable; null for several targets.</param>
/// <param name="attribute">The attribute of the namespace in that variable; null for the variable itself.</param>
/// <param name="parts">The targets, where there are several.</param>
internal sealed class Target(string? name, string? attribute, IReadOnlyList<Target> parts)
{
    /// <exception cref="TemplateFault">The value has not as many parts, or there is no such namespace.</exception>
    public void Set(Scope scope, object? value)
    {
        if (name is null)
        {
            Unpack(scope, value);
        }
        else if (attribute is null)
        {
            scope.Set(name, value);
        }
        else if (scope.Get(name) is TemplateNamespace members)
        {
            members.Set(attribute, value);
        }
        else
        {
            throw new TemplateFault("cannot assign attribute on non-namespace object");
        }
    }

    private void Unpack(Scope scope, object? value)
    {
        if (value is Undefined undefined)
        {
            throw undefined.Fail();
        }

        var items = Elements.Items(value).Take(parts.Count + 1).ToList();
        if (items.Count != parts.Count)
        {
            throw new TemplateFault(items.Count > parts.Count
                ? $"too many values to unpack (expected {parts.Count})"
                : $"not enough values to unpack (expected {parts.Count}, got {items.Count})");
        }

        for (var i = 0; i < items.Count; i++)
        {
            parts[i].Set(scope, items[i]);
        }
    }
}
