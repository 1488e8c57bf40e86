using Lamina.Chat.Templates.Functions;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>An object whose attributes can be set from inner scopes.</summary>
internal sealed class TemplateNamespace : IMembers, IPrintable
{
    private readonly TemplateDictionary _members = new();

    /// <summary>Makes one: <c>namespace(a=1)</c>.</summary>
    public static Function Create { get; } = new("namespace", (arguments, run) =>
    {
        var created = new TemplateNamespace();
        var members = (TemplateDictionary)((ICallable)Globals.All["dict"]!).Call(arguments, run)!;
        foreach (var (name, value) in members.Entries)
        {
            created.Set(ValueTypes.ToText(name).Value, value);
        }

        return created;
    });

    public string TypeName => "Namespace";

    public bool TryGetMember(string name, out object? value) => _members.TryGet((Text)name, out value);

    public void Set(string name, object? value) => _members.Set((Text)name, value);

    public Text Print() => Elements.Join([(Text)"<Namespace ", Printer.Represent(_members), (Text)">"]);
}
